// Sockets of the loopback interface, closed on exec, for stand-ins of servers.
//
// Safe to call from any thread. Each throws std::runtime_error when the kernel refuses.
//
//   const int listener = listen_at("127.0.0.1");
//   const int server = begin_connect(port_of(listener));   // poll(2) it for POLLOUT
#pragma once

#include <cstdint>
#include <filesystem>

namespace millpond::harness {

// A listener on a free port of "127.0.0.1" or "::1".
int listen_at(const char* address);

std::uint16_t port_of(int listener);

// A non-blocking socket that is connecting to a port of 127.0.0.1, or to a Unix socket.
int begin_connect(int port);
int begin_connect(const std::filesystem::path& socket);

}  // namespace millpond::harness
