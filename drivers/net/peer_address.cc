#include "millpond/drivers/net/peer_address.h"

#include <netdb.h>
#include <sys/socket.h>

namespace millpond::drivers {

std::string peer_address(int fd) {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  auto* const address = reinterpret_cast<sockaddr*>(&peer);
  if (getpeername(fd, address, &length) != 0 || peer.ss_family == AF_UNIX) {
    return {};
  }
  char text[NI_MAXHOST];
  const int failed = getnameinfo(address, length, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  return failed == 0 ? text : std::string{};
}

}  // namespace millpond::drivers
