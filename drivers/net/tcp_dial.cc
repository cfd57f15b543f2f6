#include "millpond/drivers/net/tcp_dial.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "millpond/drivers/net/socket_options.h"
#include "millpond/drivers/net/system_error.h"
#include "millpond/drivers/net/wait_ready.h"

namespace millpond::drivers {
namespace {

constexpr char kPhase[] = "connect";

// A stop request cannot wake the wait, so it looks up this often.
constexpr std::chrono::milliseconds kCancellationInterval{50};

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

AddressList parse(const std::string& address, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* head = nullptr;
  const int code = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &head);
  return {code == 0 ? head : nullptr, freeaddrinfo};
}

// Waits for one address no longer than its share, yet notices at once when the whole is called off.
Result<void> await_connect(int fd, const Budget& share, const Budget& budget) {
  for (;;) {
    if (budget.cancelled()) {
      return tl::unexpected(Error{ErrorKind::kCancelled, kPhase, "called off"});
    }
    const Budget slice{std::min(share.remaining(), kCancellationInterval)};
    auto ready = wait_ready(fd, POLLOUT, slice, kPhase);
    if (ready || ready.error().kind != ErrorKind::kTimeout || share.expired()) {
      return ready;
    }
  }
}

Result<void> finish_connect(int fd, const std::string& what, const Budget& share,
                            const Budget& budget) {
  if (auto ready = await_connect(fd, share, budget); !ready) {
    auto error = std::move(ready.error());
    error.message = what + ": " + error.message;
    return tl::unexpected(std::move(error));
  }
  int error_number = 0;
  socklen_t size = sizeof error_number;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error_number, &size);
  if (error_number != 0) {
    return tl::unexpected(system_error(error_number, kPhase, what));
  }
  return {};
}

struct Attempt {
  std::string what;
  Budget share;  // so that one silent address leaves time for the next
  std::chrono::microseconds tcp_user_timeout;
};

Result<FileDescriptor> dial(const addrinfo& address, const Attempt& attempt, const Budget& budget) {
  FileDescriptor socket{::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (socket.get() < 0) {
    return tl::unexpected(system_error(errno, kPhase, attempt.what));
  }
  apply_socket_options(socket.get(), attempt.tcp_user_timeout);
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) {
      return tl::unexpected(system_error(errno, kPhase, attempt.what));
    }
    auto connected = finish_connect(socket.get(), attempt.what, attempt.share, budget);
    if (!connected) {
      return tl::unexpected(std::move(connected.error()));
    }
  }
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) & ~O_NONBLOCK);
  return socket;
}

}  // namespace

Result<FileDescriptor> tcp_dial(const std::vector<std::string>& addresses, std::uint16_t port,
                                std::chrono::microseconds tcp_user_timeout, const Budget& budget) {
  Error last{ErrorKind::kUnreachable, kPhase, "no address to connect to"};
  auto untried = static_cast<int>(addresses.size());
  for (const auto& address : addresses) {
    const Attempt attempt{.what = "connect to " + address + " port " + std::to_string(port),
                          .share = Budget{budget.remaining() / untried--},
                          .tcp_user_timeout = tcp_user_timeout};
    const auto parsed = parse(address, port);
    if (!parsed) {
      last.message = attempt.what + ": not a numeric address";
      continue;
    }
    auto socket = dial(*parsed, attempt, budget);
    if (socket) {
      return socket;
    }
    last = std::move(socket.error());
    if (last.kind == ErrorKind::kCancelled || budget.expired()) {
      break;
    }
  }
  return tl::unexpected(std::move(last));
}

}  // namespace millpond::drivers
