// Learns from each result libpq receives whether the session still is what it was when it opened,
// at no round trip and for whatever API sent the statement.
//
// Used by the thread that uses the connection. It sees command tags only: what a function does
// behind a SELECT (set_config, pg_advisory_lock), and a table made by CREATE TEMP TABLE … AS or
// SELECT … INTO TEMP, whose tag is SELECT, stay unseen.
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
  void on_statement(std::string_view command_tag);
  void on_reset() { changed_ = false; }

 private:
  bool following_ = false;
  bool changed_ = false;
};

}  // namespace millpond::drivers
