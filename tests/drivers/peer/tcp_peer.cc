#include "millpond/tests/drivers/peer/tcp_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace millpond::harness {

TcpPeer::TcpPeer(std::function<void(int socket)> serve)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, plain, size) != 0 || ::listen(listener_, SOMAXCONN) != 0 ||
      ::getsockname(listener_, plain, &size) != 0) {
    ::close(listener_);
    throw std::runtime_error("cannot listen on 127.0.0.1");
  }
  port_ = ntohs(address.sin_port);
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
