// Bodies piece by piece, in both directions.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/message.h"
#include "millpond/drivers/http/session.h"
#include "millpond/tests/drivers/http/wire_fixture.h"
#include "millpond/tests/drivers/peer/http_peer.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class HttpStream : public HttpWire {
 protected:
  HttpStream() { settings_.http.expect_continue_timeout = 1ms; }

  static auto answering(const std::string& text) {
    return after_warm_up(
        [text](const HttpPeer::Request&) -> HttpPeer::Answer { return {.text = text}; });
  }

  // An answer of that size, of which only `sent` bytes come.
  static std::string part_of(std::size_t size, std::size_t sent) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
           std::string(sent, 'x');
  }
};

bool take_nothing(std::string_view) {
  return false;
}

bool take_all(std::string_view) {
  return true;
}

// The text in pieces of three bytes.
HttpBodySource source_of(const std::string& text, std::optional<std::uint64_t> size) {
  return {.next =
              [text, at = std::size_t{0}](std::span<char> into) mutable {
                const auto part = text.substr(at, std::min<std::size_t>(3, into.size()));
                at += part.size();
                std::copy(part.begin(), part.end(), into.begin());
                return part.size();
              },
          .size = size};
}

TEST_F(HttpStream, TheBodyArrivesInPiecesAndIsNotKept) {
  const std::string body(3'000'000, 'x');
  const HttpPeer peer{after_warm_up(
      [&](const HttpPeer::Request&) { return HttpPeer::ok(body, "X-Kind: export\r\n"); })};
  const auto connection = connect_to(peer);
  std::size_t received = 0;
  std::size_t largest = 0;
  const auto response = Http::handle(*connection).stream({}, [&](std::string_view piece) {
    received += piece.size();
    largest = std::max(largest, piece.size());
    return true;
  });
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->header("x-kind"), "export");
  EXPECT_TRUE(response->body.empty());
  EXPECT_EQ(received, body.size());
  EXPECT_LE(largest, std::size_t{16} * 1024);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(Http::handle(*connection).get("/")->body, body);
  EXPECT_EQ(Http::handle(*connection).swaps(), 0);
}

TEST_F(HttpStream, AChunkedBodyArrivesWithoutItsFraming) {
  const HttpPeer peer{
      answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\none\r\n5\r\n, two\r\n0\r\n\r\n")};
  const auto connection = connect_to(peer);
  std::string body;
  ASSERT_TRUE(Http::handle(*connection).stream({}, [&](std::string_view piece) {
    body += piece;
    return true;
  }));
  EXPECT_EQ(body, "one, two");
  EXPECT_TRUE(connection->reusable());
}

TEST_F(HttpStream, ASinkMayLookAtStatusAndHeadersFirst) {
  const HttpPeer peer{
      answering("HTTP/1.1 404 Not Found\r\nX-Why: gone\r\nContent-Length: 4\r\n\r\nnope")};
  std::string why;
  long status = 0;
  ASSERT_TRUE(
      Http::handle(*connect_to(peer)).stream({}, [&](const HttpResponse& head, std::string_view) {
        status = head.status;
        why = head.header("X-Why");
        return true;
      }));
  EXPECT_EQ(status, 404);
  EXPECT_EQ(why, "gone");
}

TEST_F(HttpStream, AShortRestIsReadOverAndTheConnectionServesOn) {
  const HttpPeer peer{answering(part_of(60'000, 60'000))};
  const auto connection = connect_to(peer);
  for (int i = 0; i < 3; ++i) {
    const auto response = Http::handle(*connection).stream({}, take_nothing);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
    EXPECT_TRUE(connection->reusable());
  }
  EXPECT_EQ(Http::handle(*connection).get("/")->body.size(), 60'000U);
  EXPECT_EQ(Http::handle(*connection).swaps(), 0);
}

TEST_F(HttpStream, ALongRestCostsTheConnection) {
  const HttpPeer peer{answering(part_of(1'000'000, 1'000'000))};
  const auto connection = connect_to(peer);
  int pieces = 0;
  const auto response = Http::handle(*connection).stream({}, [&](std::string_view) {
    ++pieces;
    return false;
  });
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(pieces, 1) << "it wanted no more";
  EXPECT_EQ(connection->reset_need(), ResetNeed::kReplacement);
  EXPECT_FALSE(connection->probe(Budget{kAmple}));
}

constexpr char kChunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(HttpStream, ARestThatDoesNotComeIsNotWaitedFor) {
  settings_.read_timeout = 60s;
  // Where the length is unknown only libcurl can wait, a second at a time.
  for (const auto& [text, most] : {std::pair{part_of(2'000, 1'000), 800ms},
                                   {std::string{kChunked} + "3\r\none\r\n", 2'500ms}}) {
    const HttpPeer peer{answering(text)};
    const auto connection = connect_to(peer);
    const auto started = Budget::Clock::now();
    const auto response = Http::handle(*connection).stream({}, take_nothing);
    EXPECT_LT(Budget::Clock::now() - started, most);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_FALSE(connection->reusable());
  }
}

TEST_F(HttpStream, AShortRestOfUnknownLengthIsReadOverToo) {
  const HttpPeer peer{answering(std::string{kChunked} + "3\r\none\r\n5\r\n, two\r\n0\r\n\r\n")};
  const auto connection = connect_to(peer);
  ASSERT_TRUE(Http::handle(*connection).stream({}, take_nothing));
  EXPECT_TRUE(connection->reusable());
  EXPECT_EQ(Http::handle(*connection).get("/")->body, "one, two");
  EXPECT_EQ(Http::handle(*connection).swaps(), 0);
}

TEST_F(HttpStream, ARestOfUnknownLengthIsReadOverForAWhileOnly) {
  std::string endless = kChunked;
  for (int i = 0; i < 100; ++i) {
    endless += "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  }
  const HttpPeer peer{answering(endless)};
  settings_.read_timeout = 60s;
  const auto connection = connect_to(peer);
  const auto response = Http::handle(*connection).stream({}, take_nothing);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_FALSE(connection->reusable());
}

void expect_what_the_sink_throws(Connection& connection) {
  EXPECT_THROW((void)Http::handle(connection)
                   .stream({}, [](std::string_view) -> bool { throw Interrupted{"full"}; }),
               Interrupted);
}

TEST_F(HttpStream, WhatTheSinkThrowsComesOutAndEndsTheSession) {
  const HttpPeer peer{answering(part_of(10, 10))};
  const auto connection = connect_to(peer);
  expect_what_the_sink_throws(*connection);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kReplacement);
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
}

TEST_F(HttpStream, UnreadBodiesLeaveNoDescriptorOpen) {
  const HttpPeer peer{answering(part_of(1'000'000, 1'000'000))};
  (void)Http::handle(*connect_to(peer)).stream({}, take_nothing);
  // The peer's own of the connection before; it is gone once the next one is served.
  (void)connect_to(peer);
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    (void)Http::handle(*connect_to(peer)).stream({}, take_nothing);
    expect_what_the_sink_throws(*connect_to(peer));
  }
  (void)connect_to(peer);
  EXPECT_LE(open_descriptors(), before + 1) << "but for the peer's own";
}

TEST_F(HttpStream, LimitsOnSizeAndTimeHoldAsForARequest) {
  const HttpPeer peer{answering(part_of(2'000, 1'000))};
  auto connection = connect_to(peer);
  auto response = Http::handle(*connection).stream({.max_response_bytes = 999}, take_all);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message, "the response is larger than max_response_bytes");
  EXPECT_FALSE(connection->reusable());
  connection = connect_to(peer);
  response = Http::handle(*connection).stream({.timeout = 150ms}, take_all);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
  EXPECT_FALSE(connection->reusable());
}

TEST_F(HttpStream, ABodyOfKnownSizeIsMadeAsItIsSent) {
  const HttpPeer peer{answering(part_of(0, 0))};
  const auto connection = connect_to(peer);
  const auto response =
      Http::handle(*connection)
          .request({.method = "PUT", .path = "/a", .source = source_of("twelve bytes", 12)});
  ASSERT_TRUE(response) << response.error().message;
  const std::string request = peer.requests().back();
  EXPECT_TRUE(contains(request, "\r\nContent-Length: 12\r\n")) << request;
  EXPECT_FALSE(contains(request, "Expect:")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\ntwelve bytes")) << request;
  EXPECT_TRUE(connection->reusable());
}

TEST_F(HttpStream, ABodyOfUnknownSizeIsSentChunked) {
  const HttpPeer peer{answering(part_of(0, 0))};
  const auto connection = connect_to(peer);
  const auto response =
      Http::handle(*connection).request({.method = "POST", .source = source_of("four", {})});
  ASSERT_TRUE(response) << response.error().message;
  const std::string request = peer.requests().back();
  EXPECT_TRUE(contains(request, "\r\nTransfer-Encoding: chunked\r\n")) << request;
  EXPECT_TRUE(contains(request, "\r\nExpect: 100-continue\r\n")) << request;
  EXPECT_TRUE(request.ends_with("3\r\nfou\r\n1\r\nr\r\n0\r\n\r\n")) << request;
  EXPECT_TRUE(connection->reusable());
}

TEST_F(HttpStream, BothBodiesMayBeStreamed) {
  const HttpPeer peer{answering(part_of(5, 5))};
  std::string body;
  const auto response =
      Http::handle(*connect_to(peer))
          .stream({.method = "POST", .source = source_of("four", 4)}, [&](std::string_view piece) {
            body += piece;
            return true;
          });
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(body, "xxxxx");
  EXPECT_TRUE(peer.requests().back().ends_with("\r\n\r\nfour"));
}

TEST_F(HttpStream, ASourceThatEndsTooEarlyEndsTheSession) {
  const HttpPeer peer{answering(part_of(0, 0))};
  const auto connection = connect_to(peer);
  const auto response =
      Http::handle(*connection).request({.method = "PUT", .source = source_of("four", 10)});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kBroken);
  EXPECT_EQ(response.error().message, "the source of the request's body ended after 4 of 10 bytes");
  EXPECT_FALSE(connection->reusable());
  EXPECT_TRUE(peer.requests().empty());
}

TEST_F(HttpStream, ASourceIsAskedForNoMoreThanItsSize) {
  const HttpPeer peer{answering(part_of(0, 0))};
  ASSERT_TRUE(Http::handle(*connect_to(peer))
                  .request({.method = "PUT", .source = source_of("twelve bytes", 5)}));
  EXPECT_TRUE(peer.requests().back().ends_with("\r\n\r\ntwelv"));
}

TEST_F(HttpStream, ASourceThatClaimsTooMuchEndsTheSession) {
  const HttpPeer peer{answering(part_of(0, 0))};
  const auto connection = connect_to(peer);
  const HttpBodySource liar{.next = [](std::span<char> into) { return into.size() + 1; },
                            .size = {}};
  const auto response = Http::handle(*connection).request({.method = "PUT", .source = liar});
  ASSERT_FALSE(response);
  EXPECT_TRUE(contains(response.error().message, "more than it was given room for"));
  EXPECT_FALSE(connection->reusable());
}

TEST_F(HttpStream, WhatTheSourceThrowsComesOutAndEndsTheSession) {
  const HttpPeer peer{answering(part_of(0, 0))};
  const auto connection = connect_to(peer);
  const HttpBodySource broken{
      .next = [](std::span<char>) -> std::size_t { throw Interrupted{"disk"}; }, .size = 10};
  EXPECT_THROW((void)Http::handle(*connection).request({.method = "PUT", .source = broken}),
               Interrupted);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kReplacement);
  EXPECT_TRUE(peer.requests().empty());
}

TEST_F(HttpStream, WhatASourceMadeIsSentOnceWhateverTheMethod) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::hang_up(); })};
  int count = 0;
  for (const std::string method : {"POST", "PUT"}) {
    for (const std::optional<std::uint64_t> size : {std::optional<std::uint64_t>{4}, {}}) {
      const auto connection = connect_to(peer);
      const auto response =
          Http::handle(*connection).request({.method = method, .source = source_of("four", size)});
      ASSERT_FALSE(response);
      EXPECT_EQ(response.error().kind, ErrorKind::kBroken) << response.error().message;
      EXPECT_EQ(peer.requests().size(), static_cast<std::size_t>(++count)) << method;
      EXPECT_FALSE(connection->reusable());
    }
  }
}

TEST_F(HttpStream, ASinkCannotUseItsSession) {
  const HttpPeer peer{answering(part_of(10, 10))};
  const auto connection = connect_to(peer);
  auto& http = Http::handle(*connection);
  std::string refusal;
  std::string body;
  const auto response = http.stream({}, [&](std::string_view piece) {
    refusal = http.get("/")  // while the one before is under way
                  .error()
                  .message;
    EXPECT_FALSE(connection->reusable()) << "in the middle of a response";
    body += piece;
    return true;
  });
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_TRUE(contains(refusal, "under way")) << refusal;
  EXPECT_EQ(body, std::string(10, 'x'));
  EXPECT_TRUE(connection->reusable());
}

}  // namespace
}  // namespace millpond::drivers
