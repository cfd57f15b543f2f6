// The HTTP driver connected to a peer whose answers a test decides.
//
// Not thread-safe.
//
//   TEST_F(HttpWire, …) {
//     const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
//     const auto connection = connect_to(peer);
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/tests/drivers/peer/http_peer.h"

namespace millpond::drivers {

using harness::HttpPeer;

inline constexpr std::chrono::seconds kAmple{10};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline bool is_warm_up(const HttpPeer::Request& request) {
  return request.text.rfind("HEAD ", 0) == 0;
}

// Answers the warm-up; `answer` is for everything else.
template <class Function>
auto after_warm_up(Function answer) {
  return [answer](const HttpPeer::Request& request) {
    return is_warm_up(request) ? HttpPeer::ok() : answer(request);
  };
}

class HttpWire : public testing::Test {
 protected:
  HttpWire() { ::signal(SIGPIPE, SIG_IGN); }  // as the registry does

  Result<std::unique_ptr<Connection>> dial(std::uint16_t port, const Budget& budget) {
    endpoint_.host = "127.0.0.1";
    endpoint_.port = port;
    return make_http_driver()->connect(endpoint_, settings_, budget);
  }

  template <class Peer>
  std::unique_ptr<Connection> connect_to(const Peer& peer) {
    auto connection = dial(peer.port(), Budget{kAmple});
    if (!connection) {
      throw std::runtime_error(connection.error().message);
    }
    return std::move(*connection);
  }

  Endpoint endpoint_;
  SessionSettings settings_;
};

}  // namespace millpond::drivers
