#include "millpond/drivers/net/wait_ready.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>

#include "millpond/drivers/net/system_error.h"

namespace millpond::drivers {
namespace {

// A stop request cannot wake poll(2), so a wait looks up this often.
constexpr std::chrono::milliseconds kCancellationInterval{20};

}  // namespace

Result<void> wait_ready(int fd, short events, const Budget& budget, std::string_view phase) {
  for (;;) {
    if (budget.cancelled()) {
      return tl::unexpected(Error{ErrorKind::kCancelled, std::string{phase}, "called off"});
    }
    const auto left = budget.remaining();
    pollfd wait{.fd = fd, .events = events, .revents = 0};
    const auto ready =
        ::poll(&wait, 1, static_cast<int>(std::min(left, kCancellationInterval).count()));
    if (ready > 0) {
      return {};
    }
    if (ready < 0 && errno != EINTR) {
      return tl::unexpected(system_error(errno, std::string{phase}, "poll"));
    }
    if (budget.expired()) {
      return tl::unexpected(
          Error{ErrorKind::kTimeout, std::string{phase}, "no answer within the time allowed"});
    }
  }
}

}  // namespace millpond::drivers
