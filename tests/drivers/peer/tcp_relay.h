// A way to a real server on 127.0.0.1 that counts what is sent through it: one connection at a
// time.
//
// Made and destroyed by one thread; the rest from any.
//
//   TcpRelay relay{nginx.port(), "::1"};
//   driver.connect({.host = "::1", .port = relay.port()}, …);
//   EXPECT_EQ(relay.bytes_up(), …);
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "millpond/tests/drivers/peer/tcp_peer.h"

namespace millpond::harness {

class TcpRelay {
 public:
  explicit TcpRelay(int server_port, const char* address = "127.0.0.1");

  std::uint16_t port() const { return peer_.port(); }
  // From the callers to the server, of all connections so far.
  std::size_t bytes_up() const { return bytes_up_; }
  // Connections that their caller has ended.
  int hang_ups() const { return hang_ups_; }

 private:
  void serve(int caller);
  bool pass_up(int caller, int server);

  int server_port_;
  std::atomic<std::size_t> bytes_up_{0};
  std::atomic<int> hang_ups_{0};
  TcpPeer peer_;  // goes first: its thread uses the rest
};

}  // namespace millpond::harness
