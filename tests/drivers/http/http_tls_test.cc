// What is HTTP's own about TLS and Unix sockets; the rest is in conformance/tls_suite.h.
#include <gtest/gtest.h>
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/session.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/freeze.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class HttpTlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::signal(SIGPIPE, SIG_IGN);  // as the registry does
    certificates_ = std::make_unique<harness::Certificates>();
  }
  static void TearDownTestSuite() { certificates_.reset(); }

  static TlsSettings trusting(TlsMode mode) {
    return {.mode = mode, .ca = certificates_->authority()};
  }

  static Result<std::unique_ptr<Connection>> connect(const harness::Nginx& server,
                                                     const TlsSettings& tls,
                                                     const std::string& host = "127.0.0.1",
                                                     const SessionSettings& settings = {}) {
    const Endpoint endpoint{
        .host = host, .port = static_cast<std::uint16_t>(server.port()), .tls = tls};
    return make_http_driver()->connect(endpoint, settings, Budget{10s});
  }

  // A master keeps its sockets open; its workers answer.
  static std::vector<pid_t> workers_of(harness::Nginx& server) {
    const std::string master = std::to_string(server.process().pid());
    std::ifstream children{"/proc/" + master + "/task/" + master + "/children"};
    return {std::istream_iterator<pid_t>{children}, {}};
  }

  static void expect_refusal(const Result<std::unique_ptr<Connection>>& connected,
                             const std::string& reason) {
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().kind, ErrorKind::kConfiguration) << connected.error().message;
    EXPECT_EQ(connected.error().phase, "tls");
    EXPECT_NE(connected.error().message.find(reason), std::string::npos)
        << connected.error().message;
  }

  inline static std::unique_ptr<harness::Certificates> certificates_;
};

TEST_F(HttpTlsTest, RequestsShareOneConnection) {
  const harness::Nginx server{{.tls = certificates_->server()}};
  const auto connected = connect(server, trusting(TlsMode::kVerifyFull));
  ASSERT_TRUE(connected) << connected.error().message;
  HttpSession& session = Http::handle(**connected);
  ASSERT_EQ(session.put("/files/a", "apples")->status / 100, 2);
  EXPECT_EQ(session.get("/files/a")->body, "apples");
  (void)session.easy();
  EXPECT_TRUE((*connected)->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_EQ(session.get("/files/a")->body, "apples");
  EXPECT_EQ(session.swaps(), 0);
}

TEST_F(HttpTlsTest, AHandshakeWithinTlsTimeoutIsNotHeldUp) {
  const harness::Nginx server{{.tls = certificates_->server()}};
  const Endpoint endpoint{.host = "127.0.0.1",
                          .port = static_cast<std::uint16_t>(server.port()),
                          .tls = trusting(TlsMode::kVerifyFull)};
  const auto started = Budget::Clock::now();
  for (int i = 0; i < 20; ++i) {
    const auto connected = make_http_driver()->connect(
        endpoint, {.read_timeout = 60s, .http = {.tls_timeout = 8s, .response_header_timeout = 8s}},
        Budget{10s});
    ASSERT_TRUE(connected) << connected.error().message;
    EXPECT_EQ(Http::handle(**connected).get("/status")->status, 200);
    EXPECT_TRUE((*connected)->probe(Budget{10s}));
  }
  EXPECT_LT(Budget::Clock::now() - started, 5s);
}

TEST_F(HttpTlsTest, ResponseHeaderTimeoutHoldsOverTls) {
  harness::Nginx server{{.tls = certificates_->server()}};
  const auto connected = connect(server, trusting(TlsMode::kVerifyFull), "127.0.0.1",
                                 {.read_timeout = 60s, .http = {.response_header_timeout = 200ms}});
  ASSERT_TRUE(connected) << connected.error().message;
  const auto pids = workers_of(server);
  std::for_each(pids.begin(), pids.end(), harness::freeze);
  const auto started = Budget::Clock::now();
  const auto response = Http::handle(**connected).get("/status");
  EXPECT_LT(Budget::Clock::now() - started, 900ms);
  std::for_each(pids.begin(), pids.end(), harness::thaw);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
  EXPECT_NE(response.error().message.find("response_header_timeout (200ms)"), std::string::npos)
      << response.error().message;
}

TEST_F(HttpTlsTest, BodiesPassPieceByPieceAndAShortRestIsReadOver) {
  const harness::Nginx server{{.tls = certificates_->server()}};
  const auto connected = connect(server, trusting(TlsMode::kVerifyFull), "127.0.0.1",
                                 {.read_timeout = 60s, .http = {.response_header_timeout = 5s}});
  ASSERT_TRUE(connected) << connected.error().message;
  HttpSession& session = Http::handle(**connected);
  ASSERT_EQ(session.put("/files/large", std::string(900'000, 'x'))->status / 100, 2);
  ASSERT_EQ(session.put("/files/short", std::string(50'000, 'x'))->status / 100, 2);
  std::size_t received = 0;
  ASSERT_TRUE(session.stream({.path = "/files/large"}, [&](std::string_view piece) {
    received += piece.size();
    return true;
  }));
  EXPECT_EQ(received, 900'000U);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(session.stream({.path = "/files/short"}, [](std::string_view) { return false; }));
    EXPECT_TRUE((*connected)->reusable());
  }
  EXPECT_EQ(session.swaps(), 0);
}

TEST_F(HttpTlsTest, AServerWithoutTlsIsRefused) {
  const harness::Nginx plain;
  expect_refusal(connect(plain, trusting(TlsMode::kRequire)), "wrong version number");
  expect_refusal(connect(plain, trusting(TlsMode::kVerifyFull)), "wrong version number");
}

TEST_F(HttpTlsTest, AUnixSocketServesToo) {
  const harness::Nginx server;
  const auto connected =
      make_http_driver()->connect({.host = server.socket()}, {.app_name = "unix"}, Budget{10s});
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(Http::handle(**connected).get("/status")->status, 200);
  EXPECT_TRUE((*connected)->probe(Budget{10s}));
}

TEST_F(HttpTlsTest, AUnixSocketThatIsNotThereIsRefused) {
  const auto connected =
      make_http_driver()->connect({.host = "/nowhere/app.sock"}, {}, Budget{10s});
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().phase, "connect");
}

}  // namespace
}  // namespace millpond::drivers
