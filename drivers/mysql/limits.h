// What a server admits, and for how long, as one of its sessions can read it.
//
// Throws sql::SQLException.
//
//   const ServerLimits limits = read_limits(session);
//   … limits.max_connections …
#pragma once

#include <cppconn/connection.h>

#include "millpond/drivers/server_limits.h"

namespace millpond::drivers {

// One round trip. One administrator more than max_connections is admitted.
ServerLimits read_limits(sql::Connection& session);

}  // namespace millpond::drivers
