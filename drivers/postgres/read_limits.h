// Asks a PostgreSQL server for its limits: one round trip.
//
// Keeps no state; used by the thread that uses the connection.
//
//   auto limits = read_limits(native, Budget{1s});
#pragma once

#include <libpq-fe.h>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/server_limits.h"

namespace millpond::drivers {

// As they hold for the account that has logged in, whatever role it has taken since. After a
// failure the connection must be closed.
Result<ServerLimits> read_limits(PGconn* native, const Budget& budget);

}  // namespace millpond::drivers
