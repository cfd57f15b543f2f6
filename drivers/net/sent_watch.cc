#include "millpond/drivers/net/sent_watch.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

namespace millpond::drivers {

SentWatch::SentWatch(int fd)
    : kept_(fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 0)), before_(sent()) {}

bool SentWatch::nothing_sent() const {
  return before_ && sent() == before_;
}

std::optional<std::uint64_t> SentWatch::sent() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  constexpr std::size_t kNeeded = offsetof(tcp_info, tcpi_bytes_sent) + sizeof(std::uint64_t);
  if (kept_.get() < 0 || ::getsockopt(kept_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
      size < kNeeded) {
    return std::nullopt;
  }
  return info.tcpi_bytes_sent;
}

}  // namespace millpond::drivers
