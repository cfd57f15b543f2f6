// The HTTP pool's own limits: tls_timeout, response_header_timeout, expect_continue_timeout,
// max_header_bytes.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/message.h"
#include "millpond/drivers/http/session.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/drivers/http/wire_fixture.h"
#include "millpond/tests/drivers/peer/http_peer.h"
#include "millpond/tests/drivers/peer/tcp_peer.h"

namespace millpond::drivers {
namespace {

using harness::TcpPeer;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// What a loaded machine may add to a limit; less than the second after which libcurl would notice.
constexpr auto kSlack = 700ms;

class HttpLimits : public HttpWire {
 protected:
  HttpLimits() { settings_.read_timeout = 60s; }

  // That it was this limit, in its time, and that the session is over.
  static void expect_limit(const Error& error, const std::string& key) {
    EXPECT_EQ(error.kind, ErrorKind::kTimeout);
    EXPECT_TRUE(contains(error.message, key)) << error.message;
    EXPECT_TRUE(contains(error.message, "127.0.0.1:")) << error.message;
  }
};

class Watch {
 public:
  auto elapsed() const { return Budget::Clock::now() - start_; }

 private:
  Budget::Clock::time_point start_ = Budget::Clock::now();
};

void pass_time(std::chrono::milliseconds time) {
  ::poll(nullptr, 0, static_cast<int>(time.count()));
}

void say(int socket, const std::string& text) {
  ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
}

// Reads until `end` has come, or the caller has gone.
void hear(int socket, const std::string& end) {
  std::string tail;
  char buffer[64 * 1024];
  while (!tail.ends_with(end)) {
    const auto size = ::recv(socket, buffer, sizeof buffer, 0);
    if (size <= 0) {
      return;
    }
    tail.append(buffer, static_cast<std::size_t>(size));
    tail.erase(0, tail.size() - std::min(tail.size(), end.size()));
  }
}

constexpr char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST_F(HttpLimits, TlsTimeoutBoundsTheHandshakeWithinTheBudget) {
  const TcpPeer peer{[](int socket) { hear(socket, "never"); }};
  settings_.http.tls_timeout = 200ms;
  endpoint_.tls.mode = TlsMode::kRequire;
  const Watch watch;
  const auto connection = dial(peer.port(), Budget{kAmple});
  ASSERT_FALSE(connection);
  expect_limit(connection.error(), "the TLS handshake took longer than tls_timeout (200ms)");
  EXPECT_EQ(connection.error().phase, "tls");
  EXPECT_GE(watch.elapsed(), 200ms);
  EXPECT_LE(watch.elapsed(), 200ms + kSlack);
}

TEST_F(HttpLimits, ABudgetShorterThanTlsTimeoutGoesBeforeIt) {
  const TcpPeer peer{[](int socket) { hear(socket, "never"); }};
  settings_.http.tls_timeout = 60s;
  endpoint_.tls.mode = TlsMode::kRequire;
  const Watch watch;
  const auto connection = dial(peer.port(), Budget{200ms});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kTimeout);
  EXPECT_FALSE(contains(connection.error().message, "tls_timeout")) << connection.error().message;
  EXPECT_LE(watch.elapsed(), 200ms + kSlack);
}

TEST_F(HttpLimits, AHandshakeCanBeCalledOff) {
  std::stop_source stop;
  const TcpPeer peer{[&stop](int socket) {
    char hello = 0;
    ::recv(socket, &hello, 1, 0);
    stop.request_stop();
    hear(socket, "never");
  }};
  settings_.http.tls_timeout = 30s;
  endpoint_.tls.mode = TlsMode::kRequire;
  const Watch watch;
  const auto connection = dial(peer.port(), Budget{60s, stop.get_token()});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kCancelled) << connection.error().message;
  EXPECT_LE(watch.elapsed(), kSlack);
}

TEST_F(HttpLimits, TlsTimeoutMeansNothingInTheClear) {
  const HttpPeer peer{[](const HttpPeer::Request&) {
    pass_time(50ms);
    return HttpPeer::ok();
  }};
  settings_.http.tls_timeout = 1ms;
  EXPECT_TRUE(connect_to(peer)->reusable());
}

TEST_F(HttpLimits, ResponseHeaderTimeoutBoundsTheWaitForTheAnswer) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::silence(); })};
  settings_.http.response_header_timeout = 200ms;
  for (const std::string body : {"", "amount=10"}) {
    const auto connection = connect_to(peer);
    const Watch watch;
    const auto response = Http::handle(*connection).post("/charges", body);
    ASSERT_FALSE(response);
    expect_limit(response.error(), "no answer within response_header_timeout (200ms)");
    EXPECT_EQ(response.error().phase, "request");
    EXPECT_GE(watch.elapsed(), 200ms);
    EXPECT_LE(watch.elapsed(), 200ms + kSlack);
    EXPECT_FALSE(connection->reusable());
  }
}

TEST_F(HttpLimits, AnInterimAnswerIsNoAnswer) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) -> HttpPeer::Answer {
    return {.text = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"};
  })};
  settings_.http.response_header_timeout = 200ms;
  const auto response = Http::handle(*connect_to(peer)).get("/");
  ASSERT_FALSE(response);
  expect_limit(response.error(), "response_header_timeout");
}

TEST_F(HttpLimits, WhatComesAfterTheFirstLineMayTakeLonger) {
  const TcpPeer peer{[](int socket) {
    hear(socket, "\r\n\r\n");
    say(socket, kOk);
    hear(socket, "\r\n\r\n");
    say(socket, "HTTP/1.1 200 OK\r\n");
    pass_time(400ms);
    say(socket, "Content-Length: 4\r\n\r\n");
    pass_time(400ms);
    say(socket, "late");
    hear(socket, "never");
  }};
  settings_.http.response_header_timeout = 250ms;
  const auto response = Http::handle(*connect_to(peer)).get("/");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "late");
}

// More than two sockets hold, so that it can't have left before the peer reads.
constexpr std::size_t kHuge = std::size_t{32} * 1024 * 1024;

HttpBodySource huge_source(std::optional<std::uint64_t> size) {
  return {.next =
              [left = kHuge](std::span<char> into) mutable {
                const auto part = std::min(left, into.size());
                std::fill_n(into.begin(), part, left == part ? 'z' : 'x');
                left -= part;
                return part;
              },
          .size = size};
}

// Lets a request wait for longer than the limit before it reads it.
void serve_slowly(int socket, const std::string& end) {
  hear(socket, "\r\n\r\n");
  say(socket, kOk);
  char first = 0;
  ::recv(socket, &first, 1, 0);
  pass_time(1'200ms);
  hear(socket, end);
  say(socket, kOk);
  hear(socket, "never");
}

TEST_F(HttpLimits, TheTimeThatARequestTakesToLeaveIsNotTheAnswers) {
  settings_.http.response_header_timeout = 800ms;
  settings_.http.expect_continue_timeout = 1ms;
  const TcpPeer known{[](int socket) { serve_slowly(socket, "z"); }};
  const auto one =
      Http::handle(*connect_to(known)).request({.method = "POST", .source = huge_source(kHuge)});
  EXPECT_TRUE(one) << one.error().message;
  const TcpPeer chunked{[](int socket) { serve_slowly(socket, "z\r\n0\r\n\r\n"); }};
  const auto other =
      Http::handle(*connect_to(chunked)).request({.method = "POST", .source = huge_source({})});
  EXPECT_TRUE(other) << other.error().message;
}

TEST_F(HttpLimits, WhatLibcurlHoldsHasNotLeft) {
  // All of it is in libcurl's buffer before the peer reads, a part of it in no socket's.
  const std::string body = std::string(100'000, 'x') + "z";
  const TcpPeer peer{[](int socket) {
    const int small = 4096;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    serve_slowly(socket, "z");
  }};
  settings_.http.response_header_timeout = 800ms;
  const auto connection = connect_to(peer);
  const int small = 4096;
  ::setsockopt(connection->watch_fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  const auto sent = Http::handle(*connection).post("/", body);
  EXPECT_TRUE(sent) << sent.error().message;
}

TEST_F(HttpLimits, AnAnswerThatNeverComesAfterALongRequestIsNoticedInTime) {
  settings_.http.response_header_timeout = 300ms;
  settings_.http.expect_continue_timeout = 1ms;
  for (const std::optional<std::uint64_t> size : {std::optional<std::uint64_t>{kHuge}, {}}) {
    Budget::Clock::time_point left;
    const TcpPeer peer{[&](int socket) {
      hear(socket, "\r\n\r\n");
      say(socket, kOk);
      hear(socket, size ? "z" : "z\r\n0\r\n\r\n");
      left = Budget::Clock::now();
      hear(socket, "never");
    }};
    const auto response =
        Http::handle(*connect_to(peer)).request({.method = "POST", .source = huge_source(size)});
    ASSERT_FALSE(response);
    expect_limit(response.error(), "response_header_timeout");
    EXPECT_LE(Budget::Clock::now() - left, 300ms + kSlack);
  }
}

TEST_F(HttpLimits, ARequestWithALargeHeadHasItsLimitToo) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::silence(); })};
  settings_.http.response_header_timeout = 200ms;
  const auto response =
      Http::handle(*connect_to(peer)).request({.headers = {{"X-Large", std::string(20'000, 'x')}}});
  ASSERT_FALSE(response);
  expect_limit(response.error(), "response_header_timeout");
}

TEST_F(HttpLimits, AProbeHasTheLimitToo) {
  const HttpPeer peer{[](const HttpPeer::Request& request) {
    return request.on_connection == 1 ? HttpPeer::ok() : HttpPeer::silence();
  }};
  settings_.http.response_header_timeout = 200ms;
  const auto connection = connect_to(peer);
  const auto probed = connection->probe(Budget{kAmple});
  ASSERT_FALSE(probed);
  expect_limit(probed.error(), "response_header_timeout");
  EXPECT_EQ(probed.error().phase, "probe");
}

TEST_F(HttpLimits, ARequestSentAgainWaitsForItsNewAnswer) {
  const HttpPeer peer{[](const HttpPeer::Request& request) {
    const bool closing = !is_warm_up(request) && request.on_connection > 1;
    return closing ? HttpPeer::hang_up() : HttpPeer::ok("here");
  }};
  settings_.http.response_header_timeout = 5s;
  const auto response = Http::handle(*connect_to(peer)).get("/rates");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "here");
}

TEST_F(HttpLimits, ALargeBodyIsHeldBackForExpectContinueTimeout) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
  const HttpRequest large{
      .method = "POST", .body = std::string(std::size_t{1024} * 1024, 'x'), .timeout = 400ms};
  settings_.http.expect_continue_timeout = 60s;
  EXPECT_FALSE(Http::handle(*connect_to(peer)).request(large));
  EXPECT_TRUE(peer.requests().empty()) << "the body did not wait";
  settings_.http.expect_continue_timeout = 1ms;
  const auto sent = Http::handle(*connect_to(peer)).request(large);
  EXPECT_TRUE(sent) << sent.error().message;
}

TEST_F(HttpLimits, ACallerMayAskForAContinueWithASmallBody) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
  settings_.http.expect_continue_timeout = 1ms;
  ASSERT_TRUE(
      Http::handle(*connect_to(peer))
          .request({.method = "POST", .headers = {{"expect", "100-continue"}}, .body = "small"}));
  EXPECT_TRUE(contains(peer.requests().back(), "\r\nexpect: 100-continue\r\n"));
}

TEST_F(HttpLimits, AServerThatTakesNoExpectationIsNotAskedTwice) {
  const TcpPeer refusing{[](int socket) {
    hear(socket, "\r\n\r\n");
    say(socket, kOk);
    hear(socket, "\r\n\r\n");
    say(socket, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
    hear(socket, "never");
  }};
  settings_.http.expect_continue_timeout = 60s;
  HttpRequest large{.method = "POST", .body = std::string(std::size_t{1024} * 1024, 'x')};
  const auto refused = Http::handle(*connect_to(refusing)).request(large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kProtocol);
  EXPECT_TRUE(contains(refused.error().message, "(417)")) << refused.error().message;
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
  large.headers.emplace_back("expect", "");
  const auto sent = Http::handle(*connect_to(peer)).request(large);
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_FALSE(contains(peer.requests().back(), "xpect:"));
}

TEST_F(HttpLimits, MaxHeaderBytesCountsEveryHeader) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nX-Pad: " + std::string(900, 'x') + "\r\nContent-Length: 0\r\n\r\n";
  const HttpPeer peer{after_warm_up(
      [head](const HttpPeer::Request&) -> HttpPeer::Answer { return {.text = head}; })};
  settings_.http.max_header_bytes = head.size();
  EXPECT_TRUE(Http::handle(*connect_to(peer)).get("/"));
  settings_.http.max_header_bytes = head.size() - 1;
  const auto connection = connect_to(peer);
  const auto response = Http::handle(*connection).get("/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kProtocol);
  EXPECT_EQ(response.error().message, "the response's headers are larger than max_header_bytes (" +
                                          std::to_string(head.size() - 1) + " bytes)");
  EXPECT_FALSE(connection->reusable());
}

TEST_F(HttpLimits, AHeaderTooLongForLibcurlIsToldAsSuch) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) {
    return HttpPeer::ok("", "X-Long: " + std::string(110'000, 'x') + "\r\n");
  })};
  settings_.http.max_header_bytes = 300'000;
  const auto response = Http::handle(*connect_to(peer)).get("/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kProtocol);
  EXPECT_TRUE(contains(response.error().message, "longer than 100 KiB"))
      << response.error().message;
}

TEST_F(HttpLimits, MaxHeaderBytesCountsInterimAnswersAndTrailersToo) {
  const std::string hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const std::string final_answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Trailer: 1\r\n\r\n";
  const HttpPeer peer{after_warm_up([&](const HttpPeer::Request&) -> HttpPeer::Answer {
    return {.text = hints + final_answer};
  })};
  settings_.http.max_header_bytes = hints.size() + final_answer.size();
  EXPECT_TRUE(Http::handle(*connect_to(peer)).get("/"));
  settings_.http.max_header_bytes -= 6;
  EXPECT_FALSE(Http::handle(*connect_to(peer)).get("/"));
}

}  // namespace
}  // namespace millpond::drivers
