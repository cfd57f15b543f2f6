#include "millpond/drivers/postgres/connection.h"

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/postgres/round_trip.h"

namespace millpond::drivers {
namespace {

// DISCARD ALL but for DEALLOCATE ALL, which would drop the statements that libpqxx believes to be
// prepared.
constexpr char kResetSession[] =
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *;"
    "SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

}  // namespace

PostgresConnection::PostgresConnection(std::unique_ptr<PqxxSession> session, Secret password)
    : session_(std::move(session)), password_(std::move(password)) {
  follower_.follow(session_->native());
}

ResetNeed PostgresConnection::reset_need() const noexcept {
  PGconn* const native = session_->native();
  if (native == nullptr || PQstatus(native) != CONNECTION_OK) {
    return ResetNeed::kReplacement;
  }
  switch (PQtransactionStatus(native)) {
    case PQTRANS_IDLE:
      return follower_.changed() ? ResetNeed::kSession : ResetNeed::kNone;
    case PQTRANS_INTRANS:
    case PQTRANS_INERROR:
      return follower_.changed() ? ResetNeed::kSession : ResetNeed::kTransaction;
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
      break;
  }
  return ResetNeed::kReplacement;
}

Result<void> PostgresConnection::probe(const Budget& budget) {
  return exchange("", "probe", budget);
}

Result<void> PostgresConnection::reset(ResetNeed need, const Budget& budget) {
  if (need == ResetNeed::kNone) {
    return {};
  }
  // One string, so one round trip.
  std::string statements;
  if (PQtransactionStatus(session_->native()) != PQTRANS_IDLE) {
    statements += "ROLLBACK;";  // outside a transaction it would only earn a warning
  }
  if (need == ResetNeed::kSession) {
    statements += kResetSession;
  }
  auto done = exchange(statements.c_str(), "reset", budget);
  if (done && need == ResetNeed::kSession) {
    follower_.on_reset();
  }
  return done;
}

Result<void> PostgresConnection::exchange(const char* statements, const char* phase,
                                          const Budget& budget) {
  auto done = round_trip(session_->native(), {.statements = statements, .phase = phase}, budget);
  if (!done) {
    done.error().message = password_.redact(std::move(done.error().message));
  }
  return done;
}

int PostgresConnection::watch_fd() const noexcept {
  PGconn* const native = session_->native();
  return native == nullptr ? -1 : PQsocket(native);
}

}  // namespace millpond::drivers
