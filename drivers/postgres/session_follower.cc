#include "millpond/drivers/postgres/session_follower.h"

#include <libpq-events.h>

#include <algorithm>
#include <array>

namespace millpond::drivers {
namespace {

// Statements that change data, or nothing, or what ends with the transaction. Every other tag may
// change the session: SET, LISTEN, PREPARE, CREATE TABLE (temporary?), DO, CALL, …
constexpr std::array<std::string_view, 19> kHarmless{
    "ANALYZE",   "BEGIN",  "COMMIT", "COPY",  "DELETE", "EXPLAIN", "FETCH",
    "INSERT",    "LOCK",   "MERGE",  "MOVE",  "NOTIFY", "RELEASE", "ROLLBACK",
    "SAVEPOINT", "SELECT", "SHOW",   "START", "UPDATE"};

void follow_result(SessionFollower& follower, PGresult* result) {
  const std::string_view tag = PQcmdStatus(result);
  if (tag.empty() && PQresultStatus(result) == PGRES_COMMAND_OK) {
    follower.on_prepare();
  }
  follower.on_statement(tag);
}

int on_event(PGEventId id, void* event, void* follower) {
  // Other events may come when the follower is gone: a result outlives its connection.
  if (id == PGEVT_RESULTCREATE) {
    follow_result(*static_cast<SessionFollower*>(follower),
                  static_cast<PGEventResultCreate*>(event)->result);
  }
  return 1;
}

}  // namespace

void SessionFollower::follow(PGconn* native) {
  following_ = PQregisterEventProc(native, on_event, "millpond", this) != 0;
}

void SessionFollower::on_statement(std::string_view command_tag) {
  // Empty: an error, whose effects the server has undone, or a step of the extended protocol.
  const std::string_view verb = command_tag.substr(0, command_tag.find(' '));
  if (!verb.empty() && !std::binary_search(kHarmless.begin(), kHarmless.end(), verb)) {
    changed_ = true;
  }
  if (prepared_ && (command_tag == "DEALLOCATE ALL" || command_tag == "DISCARD ALL")) {
    lost_statements_ = true;
  }
}

}  // namespace millpond::drivers
