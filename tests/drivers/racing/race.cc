#include "millpond/tests/drivers/racing/race.h"

#include <signal.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <latch>
#include <string_view>
#include <thread>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/drivers/peer/tcp_peer.h"

namespace millpond::drivers {
namespace {

// The whole of what PostgreSQL is asked before its handshake; a ClientHello is longer.
constexpr std::string_view kPostgresAsks{"\0\0\0\x08\x04\xd2\x16\x2f", 8};

void hang_up_in_the_handshake(int socket) {
  std::array<char, 16384> heard{};
  const auto size = ::recv(socket, heard.data(), heard.size(), 0);
  if (size > 0 && std::string_view{heard.data(), static_cast<std::size_t>(size)} == kPostgresAsks) {
    ::send(socket, "S", 1, MSG_NOSIGNAL);
    ::recv(socket, heard.data(), heard.size(), 0);
  }
}

bool breaks_in_tls(const Driver& driver, const Endpoint& endpoint) {
  const auto connection = driver.connect(endpoint, {}, Budget{std::chrono::seconds{30}});
  return !connection && connection.error().phase == "tls";
}

}  // namespace

void race(const std::function<std::shared_ptr<const Driver>()>& make_driver) {
  constexpr int kThreads = 32;
  ::signal(SIGPIPE, SIG_IGN);  // as the registry does
  const harness::TcpPeer peer{hang_up_in_the_handshake};
  const Endpoint endpoint{.host = "127.0.0.1",
                          .port = peer.port(),
                          .path = "/",
                          .user = "somebody",
                          .tls = {.mode = TlsMode::kRequire}};
  std::latch start{kThreads};
  std::atomic<int> told{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      told += breaks_in_tls(*make_driver(), endpoint) ? 1 : 0;
    });
  }
  threads.clear();
  std::cout << told;
}

}  // namespace millpond::drivers
