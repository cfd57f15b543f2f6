// Opens a connection to a Unix socket within a budget, ready for a client library to take over.
//
// Keeps no state; safe from any thread.
//
//   auto socket = unix_dial("/run/redis/redis.sock", Budget{3s});   // Result<FileDescriptor>
#pragma once

#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/net/file_descriptor.h"

namespace millpond::drivers {

// Waits while the server's queue of connections is full. The socket is blocking and close-on-exec
// from the start.
Result<FileDescriptor> unix_dial(const std::string& path, const Budget& budget);

}  // namespace millpond::drivers
