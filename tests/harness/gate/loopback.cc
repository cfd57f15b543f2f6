#include "millpond/tests/harness/gate/loopback.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace millpond::harness {
namespace {

// Both kinds of address have their port in one place.
union Address {
  sockaddr plain;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

int open_socket(int family, int kind = SOCK_STREAM) {
  const int opened = ::socket(family, kind | SOCK_CLOEXEC, 0);
  if (opened < 0) {
    throw std::runtime_error(std::string{"socket: "} + strerror(errno));
  }
  return opened;
}

// A refusal that comes at once is met when the socket is used.
int begin(int family, const sockaddr* address, socklen_t size) {
  const int connecting = open_socket(family, SOCK_STREAM | SOCK_NONBLOCK);
  static_cast<void>(::connect(connecting, address, size));
  return connecting;
}

}  // namespace

int listen_at(const char* address) {
  Address at{};
  const bool is_v4 = ::inet_pton(AF_INET, address, &at.v4.sin_addr) == 1;
  if (!is_v4) {
    ::inet_pton(AF_INET6, address, &at.v6.sin6_addr);
  }
  at.plain.sa_family = is_v4 ? AF_INET : AF_INET6;
  const socklen_t size = is_v4 ? sizeof at.v4 : sizeof at.v6;
  const int listener = open_socket(at.plain.sa_family);
  if (::bind(listener, &at.plain, size) != 0 || ::listen(listener, SOMAXCONN) != 0) {
    const std::string reason = strerror(errno);
    ::close(listener);
    throw std::runtime_error("cannot listen on " + std::string{address} + ": " + reason);
  }
  return listener;
}

std::uint16_t port_of(int listener) {
  Address at{};
  socklen_t size = sizeof at;
  ::getsockname(listener, &at.plain, &size);
  return ntohs(at.v4.sin_port);
}

int begin_connect(int port) {
  Address at{};
  at.v4.sin_family = AF_INET;
  at.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.v4.sin_port = htons(static_cast<std::uint16_t>(port));
  const int connecting = begin(AF_INET, &at.plain, sizeof at.v4);
  const int at_once = 1;
  ::setsockopt(connecting, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  return connecting;
}

int begin_connect(const std::filesystem::path& socket) {
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  const std::string& path = socket.native();
  if (path.size() >= sizeof at.sun_path) {
    throw std::runtime_error("too long for a Unix socket: " + path);
  }
  std::memcpy(at.sun_path, path.c_str(), path.size() + 1);
  return begin(AF_UNIX, reinterpret_cast<const sockaddr*>(&at), sizeof at);
}

}  // namespace millpond::harness
