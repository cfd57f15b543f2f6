// Learns from each result libpq receives whether the session still is what it was when it opened,
// at no round trip and for whatever API sent the statement.
//
// Used by the thread that uses the connection. It sees command tags only: docs/postgres.md lists
// what they do not say.
//
//   SessionFollower follower;
//   follower.follow(native);
//   PQexec(native, "SET search_path = x");   // now follower.changed()
#pragma once

#include <libpq-fe.h>

#include <string_view>

namespace millpond::drivers {

class SessionFollower {
 public:
  SessionFollower() = default;
  SessionFollower(const SessionFollower&) = delete;
  SessionFollower& operator=(const SessionFollower&) = delete;

  // The follower must outlive the connection.
  void follow(PGconn* native);

  // Also true where it could not follow.
  bool changed() const { return changed_ || !following_; }
  // True when the borrower has dropped every prepared statement, those too that libpqxx goes on to
  // believe in. No reset brings them back.
  bool lost_statements() const { return lost_statements_; }
  void on_statement(std::string_view command_tag);
  // A statement was prepared by the protocol, as libpqxx does it.
  void on_prepare() { prepared_ = true; }
  void on_reset() { changed_ = false; }

 private:
  bool following_ = false;
  bool changed_ = false;
  bool prepared_ = false;
  bool lost_statements_ = false;
};

}  // namespace millpond::drivers
