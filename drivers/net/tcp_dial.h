// Opens a TCP connection within a budget, ready for a client library to take over.
//
// Keeps no state; safe from any thread.
//
//   auto socket = tcp_dial({"10.0.0.7"}, 6379, Budget{3s});   // Result<FileDescriptor>
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/net/file_descriptor.h"

namespace millpond::drivers {

// Tries the numeric `addresses` in turn, each for its share of what is left of the budget; the last
// failure is the answer. The socket is blocking, close-on-exec from the start (a fork elsewhere
// can't inherit it), and has apply_socket_options().
Result<FileDescriptor> tcp_dial(const std::vector<std::string>& addresses, std::uint16_t port,
                                std::chrono::microseconds tcp_user_timeout, const Budget& budget);

}  // namespace millpond::drivers
