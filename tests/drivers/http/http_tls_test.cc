// What is HTTP's own about TLS and Unix sockets; the rest is in conformance/tls_suite.h.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

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
                                                     const std::string& host = "127.0.0.1") {
    const Endpoint endpoint{
        .host = host, .port = static_cast<std::uint16_t>(server.port()), .tls = tls};
    return make_http_driver()->connect(endpoint, {.app_name = "tls"}, Budget{10s});
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
