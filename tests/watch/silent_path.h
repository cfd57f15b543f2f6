// A path to a server on 127.0.0.1 that carries any number of connections, and can fall silent: from
// then on nothing passes either way, and nobody is told, as when a firewall forgets its
// connections.
//
// For one thread.
//
//   SilentPath path{postgres.port()};
//   driver.connect({.host = "127.0.0.1", .port = path.port()}, …);
//   path.fall_silent();
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <thread>

namespace millpond::test {

class SilentPath {
 public:
  explicit SilentPath(int server_port);
  SilentPath(const SilentPath&) = delete;
  SilentPath& operator=(const SilentPath&) = delete;
  // Hangs up on whoever is connected.
  ~SilentPath();

  std::uint16_t port() const { return port_; }

  // Returns when nothing passes any more.
  void fall_silent();
  void speak_again();

 private:
  struct Connection {
    int caller = -1;
    int server = -1;
  };

  void carry();
  void carry_a_while();
  void accept_one();
  static bool pass_on(int from, int to);
  static void hang_up(const Connection& connection);

  const int server_port_;
  const int listener_;
  std::uint16_t port_ = 0;
  std::list<Connection> connections_;  // the thread's
  std::atomic<bool> silent_{false};
  std::atomic<bool> nothing_passes_{false};  // the thread has heard of it
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace millpond::test
