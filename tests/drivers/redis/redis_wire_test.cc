// What the Redis driver does with servers that no real Redis can be made to be.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/redis/driver.h"
#include "millpond/drivers/redis/redis.h"
#include "millpond/tests/drivers/peer/tcp_peer.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

void say(int socket, std::string_view text) {
  ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

bool hear(int socket) {
  char buffer[4096];
  return ::recv(socket, buffer, sizeof buffer, 0) > 0;
}

// One byte now and then, so that no single read ever waits long.
void drip(int socket) {
  say(socket, "$1000\r\n");
  pollfd hung_up{.fd = socket, .events = POLLRDHUP, .revents = 0};
  while (::poll(&hung_up, 1, 10) == 0) {
    say(socket, "x");
  }
}

Result<std::unique_ptr<Connection>> connect_to(const harness::TcpPeer& peer, const Budget& budget,
                                               std::chrono::milliseconds read_timeout = 0ms) {
  Endpoint endpoint;
  endpoint.host = "127.0.0.1";
  endpoint.port = peer.port();
  SessionSettings settings;
  settings.read_timeout = read_timeout;
  return make_redis_driver()->connect(endpoint, settings, budget);
}

TEST(RedisWire, ADrippingReplyCannotStretchTheBudget) {
  const harness::TcpPeer peer{[](int socket) {
    hear(socket);
    drip(socket);
  }};
  const auto started = Budget::Clock::now();
  const auto connection = connect_to(peer, Budget{200ms});
  EXPECT_LT(Budget::Clock::now() - started, 2s);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kTimeout);
}

TEST(RedisWire, ADrippingReplyCannotStretchTheReadTimeout) {
  const harness::TcpPeer peer{[](int socket) {
    hear(socket);
    say(socket, "+PONG\r\n");
    hear(socket);
    drip(socket);
  }};
  const auto connection = connect_to(peer, Budget{10s}, 200ms);
  ASSERT_TRUE(connection) << connection.error().message;
  const auto started = Budget::Clock::now();
  const auto reply = Redis::handle(**connection).command({"GET", "k"});
  EXPECT_LT(Budget::Clock::now() - started, 2s);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, ErrorKind::kTimeout);
  EXPECT_FALSE((*connection)->reusable());
}

TEST(RedisWire, APeerThatSpeaksAnotherProtocolIsNamed) {
  const harness::TcpPeer peer{[](int socket) {
    hear(socket);
    say(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
    hear(socket);
  }};
  const auto connection = connect_to(peer, Budget{10s});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kProtocol);
  EXPECT_EQ(connection.error().phase, "session set-up");
}

TEST(RedisWire, APeerThatHangsUpAtOnceLeavesABrokenSession) {
  const harness::TcpPeer peer{[](int socket) { hear(socket); }};
  const auto connection = connect_to(peer, Budget{10s});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kBroken);
  EXPECT_EQ(connection.error().message, "Server closed the connection (hiredis error 3)");
}

TEST(RedisWire, OnlyPongAnswersAProbe) {
  const harness::TcpPeer peer{[](int socket) {
    hear(socket);
    say(socket, "+PONG\r\n");
    hear(socket);
    say(socket, "+QUEUED\r\n");
    hear(socket);
  }};
  const auto connection = connect_to(peer, Budget{10s});
  ASSERT_TRUE(connection) << connection.error().message;
  const auto probed = (*connection)->probe(Budget{10s});
  ASSERT_FALSE(probed);
  EXPECT_EQ(probed.error().kind, ErrorKind::kProtocol);
}

TEST(RedisWire, AServerThatDoesNotKnowResetHasItsSessionReplaced) {
  const harness::TcpPeer peer{[](int socket) {
    hear(socket);
    say(socket, "+PONG\r\n");
    hear(socket);
    say(socket, "-ERR unknown command 'RESET'\r\n");
    hear(socket);
  }};
  const auto connection = connect_to(peer, Budget{10s});
  ASSERT_TRUE(connection) << connection.error().message;
  const auto done = (*connection)->reset(ResetNeed::kSession, Budget{10s});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kProtocol);
  EXPECT_EQ(done.error().phase, "reset");
  EXPECT_EQ(done.error().message, "RESET: ERR unknown command 'RESET'");
}

}  // namespace
}  // namespace millpond::drivers
