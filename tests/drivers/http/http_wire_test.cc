// What the HTTP driver does with servers that no real one can be made to be.
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/message.h"
#include "millpond/drivers/http/session.h"
#include "millpond/drivers/secret.h"
#include "millpond/tests/drivers/http/wire_fixture.h"
#include "millpond/tests/drivers/peer/http_peer.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST_F(HttpWire, APostIsSentOnceWhenTheServerClosesTheReusedConnection) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::hang_up(); })};
  for (const std::string body : {"amount=10", ""}) {
    const auto connection = connect_to(peer);
    const auto before = peer.requests().size();
    const auto response = Http::handle(*connection).post("/charges", body);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::kBroken);
    EXPECT_EQ(response.error().phase, "request");
    EXPECT_TRUE(contains(response.error().message, "so it was not sent again"))
        << response.error().message;
    EXPECT_EQ(peer.requests().size(), before + 1) << "body: \"" << body << "\"";
    EXPECT_FALSE(connection->reusable());
  }
}

TEST_F(HttpWire, AGetMayBeSentAgain) {
  const HttpPeer peer{[](const HttpPeer::Request& request) {
    const bool closing = !is_warm_up(request) && request.on_connection > 1;
    return closing ? HttpPeer::hang_up() : HttpPeer::ok("here");
  }};
  const auto connection = connect_to(peer);
  const auto response = Http::handle(*connection).get("/rates");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "here");
  EXPECT_EQ(peer.requests().size(), 2U);
  EXPECT_EQ(Http::handle(*connection).swaps(), 1);
}

TEST_F(HttpWire, CookiesOfOneBorrowerAreNotSentForTheNext) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) {
    return HttpPeer::ok("", "Set-Cookie: sid=secret-of-A; path=/\r\n");
  })};
  const auto connection = connect_to(peer);
  auto& http = Http::handle(*connection);
  CURL* easy = http.easy();
  curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
  ASSERT_EQ(curl_easy_perform(easy), CURLE_OK);
  ASSERT_EQ(curl_easy_perform(easy), CURLE_OK);
  EXPECT_TRUE(contains(peer.requests().back(), "secret-of-A")) << "the same borrower keeps it";
  ASSERT_TRUE(connection->reset(connection->reset_need(), Budget{kAmple}));
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(http.get("/"));
    EXPECT_FALSE(contains(peer.requests().back(), "Cookie:")) << "and nobody collects new ones";
  }
}

TEST_F(HttpWire, OptionsOfOneBorrowerAreGoneForTheNext) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
  settings_.app_name = "shop/payments";
  const auto connection = connect_to(peer);
  auto& http = Http::handle(*connection);
  CURL* easy = http.easy();
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "mine");
  curl_easy_setopt(easy, CURLOPT_COOKIE, "sid=secret-of-A");
  curl_easy_setopt(easy, CURLOPT_USERPWD, "me:mine");
  ASSERT_EQ(curl_easy_perform(easy), CURLE_OK);
  ASSERT_TRUE(connection->reset(connection->reset_need(), Budget{kAmple}));
  ASSERT_EQ(curl_easy_perform(http.easy()), CURLE_OK);
  const std::string request = peer.requests().back();
  EXPECT_FALSE(contains(request, "secret-of-A"));
  EXPECT_FALSE(contains(request, "Authorization:"));
  EXPECT_TRUE(contains(request, "User-Agent: shop/payments"));
}

TEST_F(HttpWire, AnAddressThatOneBorrowerRedirectedIsItselfForTheNext) {
  const auto hang_up = [](const HttpPeer::Request&) { return HttpPeer::hang_up(); };
  const HttpPeer peer{after_warm_up(hang_up)};
  const auto connection = connect_to(peer);
  auto& http = Http::handle(*connection);
  CURL* easy = http.easy();
  const std::string port = std::to_string(peer.port());
  curl_slist* pins = curl_slist_append(nullptr, ("127.0.0.1:" + port + ":127.0.0.2").c_str());
  curl_easy_setopt(easy, CURLOPT_RESOLVE, pins);
  EXPECT_NE(curl_easy_perform(easy), CURLE_OK) << "closed here, and nobody there";
  curl_slist_free_all(pins);
  ASSERT_TRUE(connection->reset(connection->reset_need(), Budget{kAmple}));
  EXPECT_TRUE(http.request({.method = "HEAD"})) << "the right one";
}

TEST_F(HttpWire, WhatOneBorrowerLearntByHstsIsForgottenForTheNext) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
  endpoint_.port = peer.port();
  endpoint_.host = "localhost";
  const auto connection = *make_http_driver()->connect(endpoint_, settings_, Budget{kAmple});
  auto& http = Http::handle(*connection);
  const auto knows_localhost = [](CURL*, curl_hstsentry* host, void* told) {
    if (std::exchange(*static_cast<bool*>(told), true)) {
      return CURLSTS_DONE;
    }
    std::string{"localhost"}.copy(host->name, host->namelen);
    host->name[9] = '\0';
    std::string{"20991231 00:00:00"}.copy(host->expire, sizeof host->expire);
    host->expire[17] = '\0';
    return CURLSTS_OK;
  };
  bool told = false;
  CURL* easy = http.easy();
  curl_easy_setopt(easy, CURLOPT_HSTS_CTRL, long{CURLHSTS_ENABLE});
  curl_easy_setopt(easy, CURLOPT_HSTSREADFUNCTION,
                   static_cast<curl_hstsread_callback>(knows_localhost));
  curl_easy_setopt(easy, CURLOPT_HSTSREADDATA, &told);
  EXPECT_NE(curl_easy_perform(easy), CURLE_OK) << "https, which this workload does not speak";
  ASSERT_TRUE(connection->reset(connection->reset_need(), Budget{kAmple}));
  EXPECT_TRUE(http.get("/"));
}

TEST_F(HttpWire, ARequestReachesTheServerAsItWasWritten) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
  settings_.app_name = "shop/payments";
  endpoint_.path = "v1/";
  endpoint_.user = "shop";
  endpoint_.password = Secret{"wat3r"};
  const auto connection = connect_to(peer);
  ASSERT_TRUE(Http::handle(*connection)
                  .request({.method = "POST",
                            .path = "charges?dry=1",
                            .headers = {{"Idempotency-Key", "k-42"}, {"X-Empty", ""}},
                            .body = "{}"}));
  const std::string request = peer.requests().back();
  EXPECT_EQ(request.substr(0, request.find('\r')), "POST /v1/charges?dry=1 HTTP/1.1");
  EXPECT_TRUE(contains(request, "\r\nIdempotency-Key: k-42\r\n")) << request;
  EXPECT_TRUE(contains(request, "\r\nX-Empty:\r\n")) << request;
  EXPECT_TRUE(contains(request, "\r\nUser-Agent: shop/payments\r\n")) << request;
  EXPECT_TRUE(contains(request, "\r\nAuthorization: Basic c2hvcDp3YXQzcg==\r\n")) << request;
  EXPECT_TRUE(contains(request, "\r\nContent-Length: 2\r\n")) << request;
  EXPECT_FALSE(contains(request, "Expect:")) << "a small body waits for nothing";
  EXPECT_EQ(request.substr(request.find("\r\n\r\n") + 4), "{}");
}

TEST_F(HttpWire, ALineBreakInARequestIsRefusedBeforeAnythingIsSent) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::ok(); })};
  const auto connection = connect_to(peer);
  auto& http = Http::handle(*connection);
  const auto header = http.request({.headers = {{"X-Name", "a\r\nX-Admin: 1"}}});
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().message, "a request header has a line break in it");
  EXPECT_FALSE(http.request({.method = "GET / HTTP/1.1\r\nX-Admin: 1\r\n"}));
  EXPECT_FALSE(http.get("/a\r\nX-Admin: 1"));
  EXPECT_TRUE(peer.requests().empty());
  EXPECT_TRUE(connection->reusable()) << "nothing was sent";
  EXPECT_TRUE(http.get("/"));
}

TEST_F(HttpWire, AResponseAboveTheLimitIsAnErrorAndEndsTheSession) {
  const HttpPeer peer{after_warm_up(
      [](const HttpPeer::Request&) { return HttpPeer::ok(std::string(100'000, 'x')); })};
  const auto connection = connect_to(peer);
  const auto exact = Http::handle(*connection).request({.max_response_bytes = 100'000});
  ASSERT_TRUE(exact) << exact.error().message;
  const auto above = Http::handle(*connection).request({.max_response_bytes = 99'999});
  ASSERT_FALSE(above);
  EXPECT_EQ(above.error().kind, ErrorKind::kProtocol);
  EXPECT_EQ(above.error().message, "the response is larger than max_response_bytes");
  EXPECT_FALSE(connection->reusable());
}

TEST_F(HttpWire, HeadersHaveALimit) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) {
    std::string headers;
    for (int i = 0; i < 70; ++i) {
      headers += "X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n";
    }
    return HttpPeer::ok("", headers);
  })};
  const auto connection = connect_to(peer);
  const auto response = Http::handle(*connection).get("/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().message,
            "the response's headers are larger than max_header_bytes (65536 bytes)");
}

TEST_F(HttpWire, AResponseCutShortEndsTheSession) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) -> HttpPeer::Answer {
    return {.text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
            .then_hang_up = true};
  })};
  const auto connection = connect_to(peer);
  const auto response = Http::handle(*connection).get("/");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kBroken);
  EXPECT_FALSE(connection->reusable());
  EXPECT_FALSE(connection->probe(Budget{kAmple}));
}

TEST_F(HttpWire, AServerThatEndsTheConnectionWithItsResponseLeavesNothingToLend) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) {
    auto answer = HttpPeer::ok("bye", "Connection: close\r\n");
    answer.then_hang_up = true;
    return answer;
  })};
  const auto connection = connect_to(peer);
  EXPECT_TRUE(connection->reusable());
  const auto response = Http::handle(*connection).get("/");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "bye");
  EXPECT_FALSE(connection->reusable());
  EXPECT_EQ(connection->watch_fd(), -1);
}

TEST_F(HttpWire, AServerThatKeepsNoConnectionAliveIsStillServed) {
  const HttpPeer peer{[](const HttpPeer::Request&) {
    auto answer = HttpPeer::ok("", "Connection: close\r\n");
    answer.then_hang_up = true;
    return answer;
  }};
  const auto connection = connect_to(peer);
  EXPECT_TRUE(connection->reusable());
  EXPECT_TRUE(connection->probe(Budget{kAmple}));
  EXPECT_TRUE(Http::handle(*connection).get("/"));
  EXPECT_FALSE(connection->reusable());
}

TEST_F(HttpWire, AnAnswerBeforeTheAnswerIsSkipped) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) -> HttpPeer::Answer {
    return {.text =
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                "HTTP/1.1 200 OK\r\nX-Final:  yes \r\nContent-Length: 0\r\n\r\n"};
  })};
  const auto response = Http::handle(*connect_to(peer)).get("/");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->header("x-final"), "yes");
  EXPECT_EQ(response->header("link"), "");
}

TEST_F(HttpWire, ARedirectIsAResponseLikeAnyOther) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) -> HttpPeer::Answer {
    return {.text = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"};
  })};
  const auto connection = connect_to(peer);
  const auto response = Http::handle(*connection).get("/");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(response->header("Location"), "/elsewhere");
  EXPECT_EQ(peer.requests().size(), 1U);
}

TEST_F(HttpWire, ReadTimeoutBoundsARequestThatNamesNoTimeout) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::silence(); })};
  settings_.read_timeout = 150ms;
  const auto connection = connect_to(peer);
  const auto started = Budget::Clock::now();
  const auto response = Http::handle(*connection).get("/");
  EXPECT_LT(Budget::Clock::now() - started, 2s);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
  EXPECT_FALSE(connection->reusable());
}

TEST_F(HttpWire, ARequestMayNameItsOwnTimeout) {
  const HttpPeer peer{after_warm_up([](const HttpPeer::Request&) { return HttpPeer::silence(); })};
  settings_.read_timeout = 60s;
  const auto connection = connect_to(peer);
  const auto started = Budget::Clock::now();
  const auto response = Http::handle(*connection).request({.timeout = 150ms});
  EXPECT_LT(Budget::Clock::now() - started, 2s);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
}

TEST_F(HttpWire, TimersOfLibcurlThatFallTogetherDoNotStretchTheBudget) {
  const HttpPeer peer{[](const HttpPeer::Request&) { return HttpPeer::silence(); }};
  endpoint_.host = "127.0.0.1";
  endpoint_.port = peer.port();
  const auto driver = make_http_driver();
  const auto started = Budget::Clock::now();
  for (int i = 0; i < 40; ++i) {
    EXPECT_FALSE(driver->connect(endpoint_, settings_, Budget{2ms}));
  }
  EXPECT_LT(Budget::Clock::now() - started, 2s);
}

TEST_F(HttpWire, AWarmUpRefusedForItsCredentialsIsStillAConnection) {
  const HttpPeer peer{[](const HttpPeer::Request&) -> HttpPeer::Answer {
    return {.text = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"};
  }};
  endpoint_.user = "shop";
  endpoint_.password = Secret{"wrong"};
  EXPECT_TRUE(connect_to(peer)->reusable());
}

TEST_F(HttpWire, APeerThatSpeaksAnotherProtocolIsRefused) {
  const HttpPeer peer{[](const HttpPeer::Request&) -> HttpPeer::Answer {
    return {.text = "-ERR unknown command 'HEAD'\r\n", .then_hang_up = true};
  }};
  endpoint_.host = "127.0.0.1";
  endpoint_.port = peer.port();
  const auto connection = make_http_driver()->connect(endpoint_, settings_, Budget{kAmple});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().phase, "connect");
}

}  // namespace
}  // namespace millpond::drivers
