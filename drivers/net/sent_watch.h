// Whether anything left through a socket since one looked first: what tells work that may be done
// again for certain from work that the peer may have seen.
//
// Used by one thread. Two system calls at its making, two at its end; nothing without a socket.
//
//   const SentWatch watch{connection.watch_fd()};
//   …                                            // the library may close its socket
//   if (watch.nothing_sent()) { … }
#pragma once

#include <cstdint>
#include <optional>

#include "millpond/drivers/net/file_descriptor.h"

namespace millpond::drivers {

class SentWatch {
 public:
  // Below zero: watches nothing.
  explicit SentWatch(int fd);

  // By the kernel's own count of bytes (TCP_INFO, Linux 4.19). False where it can't be known: a
  // Unix socket, a hidden or an older one.
  bool nothing_sent() const;

 private:
  std::optional<std::uint64_t> sent() const;

  FileDescriptor kept_;  // outlives what the library does to its own
  std::optional<std::uint64_t> before_;
};

}  // namespace millpond::drivers
