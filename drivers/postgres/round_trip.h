// Statements sent and answered within a budget: PQexec() waits for ever on a server that is silent.
//
// Keeps no state; used by the thread that uses the connection.
//
//   auto answered = round_trip(native, {.statements = "ROLLBACK", .phase = "reset"}, Budget{1s});
#pragma once

#include <libpq-fe.h>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"

namespace millpond::drivers {

struct RoundTrip {
  const char* statements;  // empty: the cheapest true round trip
  const char* phase;
};

// After a failure the connection must be closed: an answer may be outstanding.
Result<void> round_trip(PGconn* native, const RoundTrip& what, const Budget& budget);

}  // namespace millpond::drivers
