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

constexpr std::string_view kReadOnlyState = "25006";

int on_event(PGEventId id, void* event, void* follower) {
  // Other events may come when the follower is gone: a result outlives its connection.
  if (id == PGEVT_RESULTCREATE) {
    static_cast<PostgresSessionFollower*>(follower)->on_result(
        static_cast<PGEventResultCreate*>(event)->result);
  }
  return 1;
}

}  // namespace

void PostgresSessionFollower::follow(PGconn* native) {
  following_ = PQregisterEventProc(native, on_event, "millpond", this) != 0;
}

void PostgresSessionFollower::on_result(PGresult* result) {
  const std::string_view tag = PQcmdStatus(result);
  // Empty: an error, which undoes what a statement did, or a step of the extended protocol.
  if (!tag.empty()) {
    on_statement(tag);
  }
  const char* const code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  refused_write_ = refused_write_ || (code != nullptr && std::string_view{code} == kReadOnlyState);
  const bool without_rows = PQresultStatus(result) == PGRES_COMMAND_OK;
  if (without_rows && tag.empty()) {
    prepared_ = true;
  }
  if (without_rows && tag.starts_with("SELECT")) {
    changed_ = true;  // CREATE TABLE AS or SELECT INTO; the table may be a temporary one
  }
}

void PostgresSessionFollower::on_statement(std::string_view command_tag) {
  const std::string_view verb = command_tag.substr(0, command_tag.find(' '));
  if (!std::binary_search(kHarmless.begin(), kHarmless.end(), verb)) {
    changed_ = true;
  }
  if (prepared_ && (command_tag == "DEALLOCATE ALL" || command_tag == "DISCARD ALL")) {
    lost_statements_ = true;
  }
}

}  // namespace millpond::drivers
