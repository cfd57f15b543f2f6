// A server on the loopback interface that misbehaves as a test wants it to, where no real server
// can be made to: one connection at a time, on a thread of its own.
//
// Made and destroyed by one thread; `serve` runs on the peer's.
//
//   TcpPeer peer{[](int socket) { send(socket, "+PONG\r\n", 7, MSG_NOSIGNAL); }};
//   driver.connect({.host = "127.0.0.1", .port = peer.port()}, …);
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace millpond::harness {

class TcpPeer {
 public:
  // `serve` is called for each connection, which is closed when it returns. The address may be
  // "::1", too.
  explicit TcpPeer(std::function<void(int socket)> serve, const char* address = "127.0.0.1");
  TcpPeer(const TcpPeer&) = delete;
  TcpPeer& operator=(const TcpPeer&) = delete;
  // Hangs up on whoever is connected.
  ~TcpPeer();

  std::uint16_t port() const { return port_; }

 private:
  void run(const std::function<void(int)>& serve);
  bool take_over(int socket);  // false, and the socket closed, when this stops

  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  int connected_ = -1;    // guarded by mutex_
  bool stopped_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace millpond::harness
