// Whom a socket is connected to.
//
// Keeps no state; safe from any thread. One system call.
#pragma once

#include <string>

namespace millpond::drivers {

// As Resolver writes it: "10.0.0.7", "fd00::7"; empty for a Unix socket, or none.
std::string peer_address(int fd);

}  // namespace millpond::drivers
