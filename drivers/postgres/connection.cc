#include "millpond/drivers/postgres/connection.h"

#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/postgres/read_limits.h"
#include "millpond/drivers/postgres/reset_statements.h"

namespace millpond::drivers {
namespace {

// Of the names in kResetPostgresSession's answer; empty where there are none. To do it on the
// server would take a DO block, which costs every reset more than all the rest of it, and needs
// PL/pgSQL.
std::string deallocation_of(const PGresult* names) {
  std::string statements;
  for (int row = 0; row < PQntuples(names); ++row) {
    statements += std::string{"DEALLOCATE "} + PQgetvalue(names, row, 0) + ";";
  }
  return statements;
}

// What the server tells of itself with every change (since PostgreSQL 14; older ones do not say).
bool takes_no_writes(const PGconn* native) {
  const auto on = [native](const char* name) {
    const char* const value = PQparameterStatus(native, name);
    return value == nullptr || std::string_view{value} == "on";
  };
  return on("in_hot_standby") || on("default_transaction_read_only");
}

}  // namespace

PostgresConnection::PostgresConnection(std::unique_ptr<PqxxSession> session, Secret password)
    : session_(std::move(session)), password_(std::move(password)) {
  follower_.follow(session_->native());
}

ResetNeed PostgresConnection::reset_need() const noexcept {
  PGconn* const native = session_->native();
  if (native == nullptr || PQstatus(native) != CONNECTION_OK || follower_.lost_statements() ||
      refused_write()) {
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

// A borrower may have asked for a read-only transaction of its own.
bool PostgresConnection::refused_write() const noexcept {
  return follower_.refused_write() && takes_no_writes(session_->native());
}

Result<void> PostgresConnection::probe(const Budget& budget) {
  return exchange("", "probe", budget).map([](const NativeResult&) {});
}

Result<void> PostgresConnection::reset(ResetNeed need, const Budget& budget) {
  if (need == ResetNeed::kNone) {
    return {};
  }
  // Outside a transaction it would only earn a warning.
  const bool in_transaction = PQtransactionStatus(session_->native()) != PQTRANS_IDLE;
  const std::string rollback = in_transaction ? "ROLLBACK;" : "";
  if (need == ResetNeed::kSession) {
    return reset_session(rollback, budget);
  }
  return exchange(rollback, "reset", budget).map([](const NativeResult&) {});
}

Result<void> PostgresConnection::reset_session(const std::string& rollback, const Budget& budget) {
  auto prepared =
      exchange(rollback + kResetPostgresSession, "reset", budget);  // one string, one round trip
  if (!prepared) {
    return tl::unexpected(std::move(prepared.error()));
  }
  // Another one where somebody has said PREPARE.
  const std::string deallocation = deallocation_of(prepared->get());
  if (!deallocation.empty()) {
    if (auto done = exchange(deallocation, "reset", budget); !done) {
      return tl::unexpected(std::move(done.error()));
    }
  }
  follower_.on_reset();
  return {};
}

Result<ServerLimits> PostgresConnection::server_limits(const Budget& budget) {
  return read_limits(session_->native(), budget).map_error([&](Error error) {
    return redacted(std::move(error));
  });
}

Result<NativeResult> PostgresConnection::exchange(const std::string& statements, const char* phase,
                                                  const Budget& budget) {
  return round_trip(session_->native(), {.statements = statements.c_str(), .phase = phase}, budget)
      .map_error([&](Error error) { return redacted(std::move(error)); });
}

Error PostgresConnection::redacted(Error error) const {
  error.message = password_.redact(std::move(error.message));
  return error;
}

int PostgresConnection::watch_fd() const noexcept {
  PGconn* const native = session_->native();
  return native == nullptr ? -1 : PQsocket(native);
}

}  // namespace millpond::drivers
