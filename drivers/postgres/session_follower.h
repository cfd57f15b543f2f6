// Learns from each result libpq receives whether the session still is what it was when it opened,
// at no round trip and for whatever API sent the statement.
//
// Used by the thread that uses the connection. It sees the kinds of statements only;
// docs/postgres.md lists what stays unseen.
//
//   PostgresSessionFollower follower;
//   follower.follow(native);
//   PQexec(native, "SET search_path = x");   // now follower.changed()
#pragma once

#include <libpq-fe.h>

#include <string_view>

namespace millpond::drivers {

class PostgresSessionFollower {
 public:
  PostgresSessionFollower() = default;
  PostgresSessionFollower(const PostgresSessionFollower&) = delete;
  PostgresSessionFollower& operator=(const PostgresSessionFollower&) = delete;

  // The follower must outlive the connection.
  void follow(PGconn* native);

  // Also true where it could not follow.
  bool changed() const { return changed_ || !following_; }
  // True when the borrower has dropped every prepared statement, those too that libpqxx goes on to
  // believe in. No reset brings them back.
  bool lost_statements() const { return lost_statements_; }
  // True when a write was refused as being in a read-only transaction, the server's or the
  // borrower's.
  bool refused_write() const { return refused_write_; }
  // Each that libpq makes, whoever asked for it.
  void on_result(PGresult* result);
  void on_reset() { changed_ = false; }

 private:
  void on_statement(std::string_view command_tag);

  bool following_ = false;
  bool changed_ = false;
  bool prepared_ = false;  // by the protocol, as libpqxx does it
  bool lost_statements_ = false;
  bool refused_write_ = false;
};

}  // namespace millpond::drivers
