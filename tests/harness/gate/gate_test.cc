#include "millpond/tests/harness/gate/gate.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "millpond/tests/harness/gate/loopback.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::harness {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kPatience = 10'000;  // ms
constexpr int kAWhile = 50;        // ms: what is not there by then is taken to be held up

// One end of a connection. Every wait has a deadline.
class End {
 public:
  explicit End(int socket) : socket_(socket) {}
  End(End&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  End& operator=(End&&) = delete;
  ~End() { hang_up(); }

  void hang_up() {
    if (socket_ >= 0) {
      ::close(std::exchange(socket_, -1));
    }
  }

  void say(const std::string& text) const {
    EXPECT_TRUE(ready(POLLOUT, kPatience));
    EXPECT_EQ(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // So many bytes, or what came before the end.
  std::string hear(std::size_t size) const {
    std::string heard;
    while (heard.size() < size && ready(POLLIN, kPatience)) {
      std::array<char, 4096> buffer{};
      const auto got =
          ::recv(socket_, buffer.data(), std::min(buffer.size(), size - heard.size()), 0);
      if (got <= 0) {
        break;
      }
      heard.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return heard;
  }

  bool hears_nothing() const { return !ready(POLLIN, kAWhile); }
  bool is_closed() const { return last_word() == 0; }
  bool is_reset() const { return last_word() == ECONNRESET; }

 private:
  bool ready(short events, int patience) const {
    pollfd watched{.fd = socket_, .events = events, .revents = 0};
    return ::poll(&watched, 1, patience) == 1;
  }

  // 0 at an orderly end, else an errno; -1 for anything said.
  int last_word() const {
    char byte = 0;
    if (!ready(POLLIN, kPatience)) {
      return ETIMEDOUT;
    }
    const auto got = ::recv(socket_, &byte, 1, 0);
    return got < 0 ? errno : static_cast<int>(-got);
  }

  int socket_;
};

class GateTest : public testing::Test {
 protected:
  ~GateTest() override { ::close(listener_); }

  End call(const Gate& gate) const { return End{begin_connect(gate.port())}; }

  // The server's end of the next connection, or nothing.
  std::optional<End> answer(int patience = kPatience) const {
    pollfd watched{.fd = listener_, .events = POLLIN, .revents = 0};
    if (::poll(&watched, 1, patience) != 1) {
      return std::nullopt;
    }
    return End{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
  }

  const int listener_ = listen_at("127.0.0.1");
};

// A connection that has proven itself.
class OpenGateTest : public GateTest {
 protected:
  void SetUp() override {
    caller_.say("hello");
    EXPECT_EQ(server_.hear(5), "hello");
  }

  // From here to there in so many milliseconds; the text as it came.
  static std::pair<std::string, std::chrono::milliseconds> carry(const End& from, const End& to,
                                                                 const std::string& text) {
    const auto began = Clock::now();
    from.say(text);
    std::string heard = to.hear(text.size());
    return {heard, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began)};
  }

  Gate gate_{port_of(listener_)};
  End caller_{call(gate_)};
  End server_{*answer()};
};

TEST_F(OpenGateTest, PassesBothWaysAndCounts) {
  server_.say("well met");
  EXPECT_EQ(caller_.hear(8), "well met");
  const Gate::Counts counts = gate_.counts();
  EXPECT_EQ(counts.accepted, 1);
  EXPECT_EQ(counts.open, 1);
  EXPECT_EQ(counts.bytes_up, 5);
  EXPECT_EQ(counts.bytes_down, 8);
  EXPECT_EQ(counts.hang_ups, 0);
}

TEST_F(OpenGateTest, PassesOnMoreThanItKeeps) {
  const std::string large(std::size_t{1} << 20, 'x');
  std::string heard;
  for (std::size_t said = 0; said < large.size(); said += std::size_t{1} << 15) {
    caller_.say(large.substr(0, std::size_t{1} << 15));
    heard += server_.hear(std::size_t{1} << 15);
  }
  EXPECT_EQ(heard, large);
}

TEST_F(OpenGateTest, PassesOnTheEndOfEitherSide) {
  server_.say("last");
  server_.hang_up();
  EXPECT_EQ(caller_.hear(4), "last");
  EXPECT_TRUE(caller_.is_closed());
  EXPECT_EQ(gate_.counts().hang_ups, 0);
}

TEST_F(OpenGateTest, CountsWhoHungUp) {
  caller_.hang_up();
  EXPECT_TRUE(server_.is_closed());
  EXPECT_EQ(gate_.counts().hang_ups, 1);
}

TEST_F(OpenGateTest, ADelayHoldsForOpenConnectionsAndKeepsTheOrder) {
  gate_.set(Gate::Way::kToServer, Gate::delay(60ms, 20ms));
  caller_.say("one ");
  const auto [heard, took] = carry(caller_, server_, "two");
  EXPECT_EQ(heard + server_.hear(4), "one two");
  EXPECT_GE(took, 59ms);
  EXPECT_LT(carry(server_, caller_, "at once").second, 59ms);
}

TEST_F(OpenGateTest, WhatIsDelayedComesWhenTheDelayIsLifted) {
  gate_.set(Gate::delay(1h));
  caller_.say("late");
  EXPECT_TRUE(server_.hears_nothing());
  gate_.set(Gate::pass());
  EXPECT_EQ(server_.hear(4), "late");
}

TEST_F(OpenGateTest, AThrottleLetsSoManyBytesThroughInASecond) {
  gate_.set(Gate::throttle(10'000));
  const auto [heard, took] = carry(caller_, server_, std::string(2'000, 'x'));
  EXPECT_EQ(heard.size(), 2'000U);
  EXPECT_GE(took, 150ms);
}

TEST_F(OpenGateTest, WhatIsDroppedNeverComes) {
  gate_.set(Gate::Way::kToServer, Gate::drop());
  caller_.say("lost");
  EXPECT_TRUE(server_.hears_nothing());
  gate_.set(Gate::pass());
  EXPECT_EQ(carry(caller_, server_, "found").first, "found");
}

TEST_F(OpenGateTest, AConnectionIsClosedOnDataInTheGivenDirectionAlone) {
  gate_.set(Gate::Way::kToServer, Gate::close_on_data());
  EXPECT_EQ(carry(server_, caller_, "news").first, "news");
  caller_.say("words");
  EXPECT_TRUE(caller_.is_closed());
  EXPECT_TRUE(server_.is_closed());
  EXPECT_EQ(gate_.counts().open, 0);
}

TEST_F(OpenGateTest, AConnectionIsClosedAfterItsLimitOfBytes) {
  gate_.set(Gate::Way::kToServer, Gate::limit_bytes(3));
  caller_.say("abcdef");
  EXPECT_EQ(server_.hear(6), "abc");
  EXPECT_TRUE(server_.is_closed());
  EXPECT_TRUE(caller_.is_closed());
}

TEST_F(OpenGateTest, HalfOpenHoldsEverythingUpTheEndIncludedUntilItIsLifted) {
  gate_.set(Gate::half_open());
  caller_.say("anybody?");
  server_.say("here");
  caller_.hang_up();
  EXPECT_TRUE(server_.hears_nothing());
  EXPECT_EQ(gate_.counts().open, 1);
  EXPECT_EQ(gate_.counts().hang_ups, 0);
  End second = call(gate_);
  second.say("and I?");
  const std::optional<End> server = answer();
  ASSERT_TRUE(server) << "new connections are accepted";
  EXPECT_TRUE(server->hears_nothing());
  gate_.set(Gate::pass());
  EXPECT_EQ(server_.hear(8), "anybody?");
  EXPECT_EQ(server->hear(6), "and I?");
}

TEST_F(OpenGateTest, AResetIsSeenOnBothSidesAndByNewConnections) {
  gate_.set(Gate::reset());
  EXPECT_TRUE(caller_.is_reset());
  EXPECT_TRUE(server_.is_reset());
  EXPECT_TRUE(call(gate_).is_reset());
  gate_.set(Gate::pass());
  const End again = call(gate_);
  const std::optional<End> server = answer();
  ASSERT_TRUE(server);
  EXPECT_EQ(carry(again, *server, "again").first, "again");
}

TEST_F(OpenGateTest, WhoeverIsNotAcceptedWaitsAndOpenConnectionsGoOn) {
  gate_.set(Gate::stop_accepting());
  const End second = call(gate_);
  second.say("knock");
  EXPECT_FALSE(answer(kAWhile));
  EXPECT_EQ(carry(caller_, server_, "still").first, "still");
  EXPECT_EQ(gate_.counts().accepted, 1);
  gate_.set(Gate::pass());
  const std::optional<End> server = answer();
  ASSERT_TRUE(server);
  EXPECT_EQ(server->hear(5), "knock");
}

TEST_F(GateTest, TheSameSeedCorruptsTheSameBytes) {
  std::vector<std::string> heard;
  for (const std::uint64_t seed : {7U, 7U, 8U}) {
    Gate gate{port_of(listener_), {.seed = seed}};
    gate.set(Gate::corrupt(100));
    const End caller = call(gate);
    const std::optional<End> server = answer();
    ASSERT_TRUE(server);
    caller.say(std::string(500, 'x'));
    caller.say(std::string(500, 'x'));
    heard.push_back(server->hear(1000));
  }
  EXPECT_EQ(heard[0], heard[1]);
  EXPECT_NE(heard[0], heard[2]);
  const auto wrong = 1000 - std::count(heard[0].begin(), heard[0].end(), 'x');
  EXPECT_GE(wrong, 4);
  EXPECT_LE(wrong, 25);
}

TEST_F(GateTest, HandshakesAreCountedUntilTheServersLastWord) {
  Gate gate{port_of(listener_), {.handshake_ends = "ready"}};
  const End first = call(gate);
  const std::optional<End> at_first = answer();
  const End second = call(gate);
  const std::optional<End> at_second = answer();
  ASSERT_TRUE(at_first && at_second);
  EXPECT_EQ(gate.counts().handshakes, 2);
  at_first->say("re");
  EXPECT_EQ(first.hear(2), "re");
  EXPECT_EQ(gate.counts().handshakes, 2);
  at_first->say("ady");
  EXPECT_EQ(first.hear(3), "ady");
  EXPECT_EQ(gate.counts().handshakes, 1);
  EXPECT_EQ(gate.counts().most_handshakes, 2);
  gate.forget_most_handshakes();
  EXPECT_EQ(gate.counts().most_handshakes, 1);
}

TEST_F(OpenGateTest, NewConnectionsGoWhereTheGateLeadsNow) {
  const int elsewhere = listen_at("127.0.0.1");
  gate_.lead_to(port_of(elsewhere));
  const End second = call(gate_);
  EXPECT_FALSE(answer(kAWhile));
  EXPECT_EQ(carry(caller_, server_, "still here").first, "still here");
  ::close(elsewhere);
}

TEST_F(GateTest, AServerThatIsGoneIsAResetToItsCallers) {
  const int closed = listen_at("127.0.0.1");
  const Gate gate{port_of(closed)};
  ::close(closed);
  EXPECT_TRUE(call(gate).is_reset());
}

TEST_F(GateTest, ListensOnTheNewerLoopbackAddressToo) {
  const Gate gate{port_of(listener_), {.address = "::1"}};
  sockaddr_in6 at{};
  at.sin6_family = AF_INET6;
  at.sin6_addr = in6addr_loopback;
  at.sin6_port = htons(gate.port());
  const int socket = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  const End caller{socket};
  const std::optional<End> server = answer();
  ASSERT_TRUE(server);
  caller.say("six");
  EXPECT_EQ(server->hear(3), "six");
}

TEST(RedisGateTest, ARealServerBehindTheGateIsSpoiledAndRecovers) {
  Redis redis;
  Gate by_port{redis.port()};
  Gate by_socket{redis.socket()};
  const std::string hello = std::string{"AUTH "} + kPassword + "\r\n";
  for (Gate* gate : {&by_port, &by_socket}) {
    const End caller{begin_connect(gate->port())};
    caller.say(hello);
    EXPECT_EQ(caller.hear(5), "+OK\r\n");
    gate->set(Gate::half_open());
    caller.say("PING\r\n");
    EXPECT_TRUE(caller.hears_nothing());
    gate->set(Gate::pass());
    EXPECT_EQ(caller.hear(7), "+PONG\r\n");
    gate->set(Gate::Way::kToCaller, Gate::corrupt(1));
    caller.say("PING\r\n");
    EXPECT_NE(caller.hear(7), "+PONG\r\n");
    gate->set(Gate::reset());
    EXPECT_TRUE(caller.is_reset());
    gate->set(Gate::pass());
    const End again{begin_connect(gate->port())};
    again.say(hello + "PING\r\n");
    EXPECT_EQ(again.hear(12), "+OK\r\n+PONG\r\n");
  }
}

}  // namespace
}  // namespace millpond::harness
