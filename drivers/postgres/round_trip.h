// Statements sent and answered within a budget: PQexec() waits for ever on a server that is silent.
//
// Keeps no state; used by the thread that uses the connection.
//
//   auto answered = round_trip(native, {.statements = "ROLLBACK", .phase = "reset"}, Budget{1s});
#pragma once

#include <libpq-fe.h>

#include <memory>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"

namespace millpond::drivers {

struct RoundTrip {
  const char* statements;  // empty: the cheapest true round trip
  const char* phase;
};

struct ClearResult {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};

using NativeResult = std::unique_ptr<PGresult, ClearResult>;

// The last statement's result. After a failure the connection must be closed: an answer may be
// outstanding.
Result<NativeResult> round_trip(PGconn* native, const RoundTrip& what, const Budget& budget);

}  // namespace millpond::drivers
