// Creates and closes libcurl's sockets, so that somebody knows which one is in use: libcurl opens
// another by itself when it finds the old one closed.
//
// Used by the thread that runs the handle. Must outlive the handle, which closes its sockets last.
//
//   SocketTracker tracker{5s};
//   tracker.attach(easy);
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <vector>

#include "millpond/drivers/socket_observer.h"

namespace millpond::drivers {

class SocketTracker {
 public:
  explicit SocketTracker(std::chrono::microseconds tcp_user_timeout)
      : tcp_user_timeout_(tcp_user_timeout) {}
  SocketTracker(const SocketTracker&) = delete;
  SocketTracker& operator=(const SocketTracker&) = delete;

  // Again after every curl_easy_reset().
  void attach(CURL* easy);

  // The socket opened last that is still open, or -1.
  int socket() const { return open_.empty() ? -1 : open_.back(); }

  // Sockets opened since the handle was made.
  int opened() const { return opened_; }

  // Tells the observer of the socket in use, once it is connected, and of its close. Null: nobody.
  void observe(SocketObserver* observer);

  // A request was sent, or is about to be: the socket is connected. Before that it would look like
  // one whose peer has hung up.
  void note_connected();

  // Why the last socket() failed, or 0.
  int error_number() const { return error_number_; }

  // While one lives, libcurl gets no new socket: the request uses the open connection or fails.
  class NoNewSocket {
   public:
    explicit NoNewSocket(SocketTracker& tracker) : tracker_(tracker) { tracker_.refuse_ = true; }
    NoNewSocket(const NoNewSocket&) = delete;
    NoNewSocket& operator=(const NoNewSocket&) = delete;
    ~NoNewSocket() { tracker_.refuse_ = false; }

   private:
    SocketTracker& tracker_;
  };

 private:
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t socket);

  std::chrono::microseconds tcp_user_timeout_;
  std::vector<int> open_;
  SocketObserver* observer_ = nullptr;
  int observed_ = -1;  // what it was told of and is open
  int opened_ = 0;
  int error_number_ = 0;
  bool refuse_ = false;
};

}  // namespace millpond::drivers
