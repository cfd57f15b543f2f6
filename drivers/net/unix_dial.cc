#include "millpond/drivers/net/unix_dial.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <tl/expected.hpp>
#include <utility>

#include "millpond/drivers/net/system_error.h"

namespace millpond::drivers {
namespace {

constexpr char kPhase[] = "connect";

// A stop request cannot wake the wait, so it looks up this often.
constexpr std::chrono::milliseconds kCancellationInterval{50};

// connect(2) on a Unix socket waits as long as a send would.
void limit_wait(int fd, std::chrono::microseconds limit) {
  timeval value{};
  value.tv_usec = limit.count();
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

}  // namespace

Result<FileDescriptor> unix_dial(const std::string& path, const Budget& budget) {
  const std::string what = "connect to " + path;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return tl::unexpected(
        Error{ErrorKind::kConfiguration, kPhase, what + ": the path is too long for a socket"});
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (socket.get() < 0) {
    return tl::unexpected(system_error(errno, kPhase, what));
  }
  while (!budget.cancelled()) {
    if (budget.expired()) {
      return tl::unexpected(system_error(ETIMEDOUT, kPhase, what));
    }
    limit_wait(socket.get(), std::min(budget.remaining(), kCancellationInterval));
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      limit_wait(socket.get(), std::chrono::microseconds{0});
      return socket;
    }
    if (errno != EAGAIN && errno != EINTR) {
      return tl::unexpected(system_error(errno, kPhase, what));
    }
  }
  return tl::unexpected(Error{ErrorKind::kCancelled, kPhase, "called off"});
}

}  // namespace millpond::drivers
