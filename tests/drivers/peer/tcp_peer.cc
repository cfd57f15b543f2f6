#include "millpond/tests/drivers/peer/tcp_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace millpond::harness {
namespace {

// Both kinds of address have their port in one place.
union Address {
  sockaddr plain;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

int listen_at(const char* text) {
  Address address{};
  const bool is_v4 = ::inet_pton(AF_INET, text, &address.v4.sin_addr) == 1;
  if (!is_v4) {
    ::inet_pton(AF_INET6, text, &address.v6.sin6_addr);
  }
  address.plain.sa_family = is_v4 ? AF_INET : AF_INET6;
  const socklen_t size = is_v4 ? sizeof address.v4 : sizeof address.v6;
  const int listener = ::socket(address.plain.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener, &address.plain, size) != 0 || ::listen(listener, SOMAXCONN) != 0) {
    ::close(listener);
    throw std::runtime_error("cannot listen on " + std::string{text});
  }
  return listener;
}

std::uint16_t port_of(int listener) {
  Address address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, &address.plain, &size);
  return ntohs(address.v4.sin_port);
}

}  // namespace

TcpPeer::TcpPeer(std::function<void(int socket)> serve, const char* address)
    : listener_(listen_at(address)), port_(port_of(listener_)) {
  thread_ = std::thread{[this, serve = std::move(serve)] { run(serve); }};
}

TcpPeer::~TcpPeer() {
  {
    const std::lock_guard lock{mutex_};
    stopped_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    ::shutdown(connected_, SHUT_RDWR);
  }
  thread_.join();
  ::close(listener_);
}

bool TcpPeer::take_over(int socket) {
  const std::lock_guard lock{mutex_};
  if (socket < 0 || stopped_) {
    ::close(socket);
    return false;
  }
  connected_ = socket;
  return true;
}

void TcpPeer::run(const std::function<void(int)>& serve) {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (!take_over(socket)) {
      return;
    }
    serve(socket);
    const std::lock_guard lock{mutex_};
    connected_ = -1;
    ::close(socket);
  }
}

}  // namespace millpond::harness
