// An HTTP server whose every answer, or lack of one, a test decides; it remembers what it was
// asked.
//
// Made and destroyed by one thread; requests() from any.
//
//   HttpPeer peer{[](const HttpPeer::Request& request) -> HttpPeer::Answer {
//     return request.on_connection == 1 ? kOk : HttpPeer::hang_up();
//   }};
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "millpond/tests/drivers/peer/tcp_peer.h"

namespace millpond::harness {

class HttpPeer {
 public:
  struct Request {
    std::string text;   // as received: request line, headers, empty line, body
    int on_connection;  // 1 for the first request of its connection
  };
  struct Answer {
    std::string text;           // sent as it is
    bool then_hang_up = false;  // closes the connection after it
  };

  static Answer ok(const std::string& body = "", const std::string& headers = "");
  static Answer hang_up() { return {.text = "", .then_hang_up = true}; }
  // Sends nothing and keeps the connection.
  static Answer silence() { return {}; }

  explicit HttpPeer(std::function<Answer(const Request&)> answer);

  std::uint16_t port() const { return peer_.port(); }
  // All requests so far, HEADs excluded: those are the driver's own.
  std::vector<std::string> requests() const;

 private:
  void serve(int socket);
  static std::optional<std::string> receive(int socket);

  std::function<Answer(const Request&)> answer_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;  // guarded by mutex_
  TcpPeer peer_;                       // goes first: its thread uses the rest
};

}  // namespace millpond::harness
