#include "millpond/tests/drivers/peer/tcp_peer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "millpond/tests/harness/gate/loopback.h"

namespace millpond::harness {

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
