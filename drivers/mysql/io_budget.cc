#include "millpond/drivers/mysql/io_budget.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "millpond/drivers/mysql/tls_sockets.h"
#include "millpond/drivers/net/wait_ready.h"

namespace millpond::drivers {
namespace {

thread_local IoBudget* current = nullptr;

// What the library set as its read or write time-out; none: -1. It also passes one to its hook, but
// under TLS as seconds and with 0 for none, where otherwise it is milliseconds and -1.
std::chrono::milliseconds socket_timeout(int fd, bool is_read) {
  timeval timeout{};
  socklen_t size = sizeof timeout;
  getsockopt(fd, SOL_SOCKET, is_read ? SO_RCVTIMEO : SO_SNDTIMEO, &timeout, &size);
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::seconds{timeout.tv_sec} + std::chrono::microseconds{timeout.tv_usec});
  return whole.count() == 0 ? std::chrono::milliseconds{-1} : whole;
}

// A negative time-out never ends, as for poll(2).
int wait_for(int fd, short events, std::chrono::milliseconds timeout) {
  const auto start = std::chrono::steady_clock::now();
  for (auto left = timeout;;) {
    pollfd wait{.fd = fd, .events = events, .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(left.count()));
    if (ready >= 0 || errno != EINTR) {
      return ready;
    }
    if (timeout.count() >= 0) {
      const auto passed = std::chrono::steady_clock::now() - start;
      left = std::chrono::ceil<std::chrono::milliseconds>(timeout - passed);
      left = std::max(left, std::chrono::milliseconds{0});
    }
  }
}

// Leaves the reason in errno. The library would ask, too, but quote the errno of before it asked.
bool connect_failed(int fd) {
  int reason = 0;
  socklen_t size = sizeof reason;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &size);
  errno = reason;
  return reason != 0;
}

}  // namespace

int wait_within_budget(int fd, char is_read, int /*timeout*/) {
  const bool reads = is_read != 0 && !tls_wants_write(fd);
  const short events = reads ? POLLIN : POLLOUT;
  const int ready = current != nullptr ? current->wait(fd, events)
                                       : wait_for(fd, events, socket_timeout(fd, reads));
  if (ready == 0) {
    errno = ETIMEDOUT;  // the library quotes it
  }
  return ready;
}

IoBudget::IoBudget(const Budget& budget, std::string_view phase) : budget_(budget), phase_(phase) {
  current = this;
}

IoBudget::~IoBudget() {
  current = nullptr;
}

int IoBudget::wait(int fd, short events) {
  if (failure_) {
    return 0;
  }
  if (auto ready = wait_ready(fd, events, budget_, phase_); !ready) {
    failure_ = std::move(ready.error());
    return 0;
  }
  return events == POLLOUT && connect_failed(fd) ? -1 : 1;
}

}  // namespace millpond::drivers
