// The options every pooled TCP socket gets, whichever library speaks over it.
//
// A stateless function; safe from any thread.
//
//   apply_socket_options(fd, settings.tcp_user_timeout);
#pragma once

#include <chrono>

namespace millpond::drivers {

// TCP_NODELAY; keep-alive that notices a dead peer within half a minute of silence; and, unless
// zero, how long sent data may stay unacknowledged. An option this kernel refuses is left out: each
// only speeds up noticing trouble that the deadlines notice anyway.
void apply_socket_options(int fd, std::chrono::microseconds tcp_user_timeout);

}  // namespace millpond::drivers
