// Learns from what the server says after each statement whether the session still is what it was,
// at no round trip and for whatever API sent the statement.
//
// Used by the thread that uses the connection. The server says so only while it is asked to track
// the session, by set_and_track(), and a reset ends that. What it leaves out is listed in
// docs/mysql.md.
//
//   MysqlSessionFollower follower;
//   follower.follow(mysql);
//   follower.start([&] { set_and_track(session, defaults); });
//   execute(session, "SET sql_mode = ''");   // now follower.changed()
#pragma once

#include <functional>
#include <string_view>

struct st_mysql;

namespace millpond::drivers {

// As Connector/C numbers what a server tracks.
enum class SessionTrack : int {
  kSystemVariable = 0,
  kSchema = 1,
  kState = 2,                       // user variables, PREPARE, temporary tables …
  kTransactionCharacteristics = 4,  // the statements that would begin the transaction again
  kTransactionState = 5,
};

class MysqlSessionFollower {
 public:
  MysqlSessionFollower() = default;
  MysqlSessionFollower(const MysqlSessionFollower&) = delete;
  MysqlSessionFollower& operator=(const MysqlSessionFollower&) = delete;

  // `mysql` must not outlive the follower.
  void follow(st_mysql* mysql);

  // From here on the session is unchanged. `track` must change it: a server, or a proxy in between,
  // that says nothing then would not say anything later either.
  void start(const std::function<void()>& track);

  // Also true where it could not follow.
  bool changed() const { return changed_ || !following_; }
  // True after SET TRANSACTION … of the next one, or within one.
  bool has_characteristics() const { return characteristics_; }

  void on_track(SessionTrack what, std::string_view value);

 private:
  bool following_ = false;
  bool changed_ = false;
  bool characteristics_ = false;
};

}  // namespace millpond::drivers
