#include "millpond/drivers/http/socket_tracker.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "millpond/drivers/net/socket_options.h"

namespace millpond::drivers {

void SocketTracker::attach(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &SocketTracker::open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &SocketTracker::close_socket);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
}

curl_socket_t SocketTracker::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& tracker = *static_cast<SocketTracker*>(self);
  if (tracker.refuse_) {
    return CURL_SOCKET_BAD;
  }
  const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  tracker.error_number_ = socket < 0 ? errno : 0;
  if (socket < 0) {
    return CURL_SOCKET_BAD;
  }
  apply_socket_options(socket, tracker.tcp_user_timeout_);
  tracker.open_.push_back(socket);
  ++tracker.opened_;
  return socket;
}

void SocketTracker::observe(SocketObserver* observer) {
  observer_ = observer;
  observed_ = -1;
  note_connected();
}

void SocketTracker::note_connected() {
  if (observer_ == nullptr || observed_ == socket()) {
    return;
  }
  if (observed_ >= 0) {
    observer_->closing(observed_);
  }
  observed_ = socket();
  if (observed_ >= 0) {
    observer_->opened(observed_);
  }
}

int SocketTracker::close_socket(void* self, curl_socket_t socket) {
  auto& tracker = *static_cast<SocketTracker*>(self);
  if (tracker.observer_ != nullptr && tracker.observed_ == socket) {
    tracker.observed_ = -1;
    tracker.observer_->closing(socket);
  }
  auto& open = tracker.open_;
  open.erase(std::remove(open.begin(), open.end(), socket), open.end());
  return ::close(socket);
}

}  // namespace millpond::drivers
