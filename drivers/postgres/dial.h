// Opens a PostgreSQL session within a budget of milliseconds, which libpq's own connect_timeout
// (whole seconds, two at least) can't do.
//
// Keeps no state; safe from any thread.
//
//   auto native = dial_postgres({endpoint, settings, {"10.0.0.7"}}, Budget{3s});
#pragma once

#include <string>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/postgres/native.h"

namespace millpond::drivers {

struct PostgresTarget {
  const Endpoint& endpoint;
  const SessionSettings& settings;
  const std::vector<std::string>& addresses;  // numeric, tried in turn; none of a Unix socket
};

// TCP or a Unix socket, TLS, authentication and start-up parameters. A session reset can't undo the
// settings, because they are the session's defaults. Where TLS is asked for the session has it.
Result<NativeConnection> dial_postgres(const PostgresTarget& target, const Budget& budget);

}  // namespace millpond::drivers
