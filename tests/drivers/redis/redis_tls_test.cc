// What is Redis' own about TLS and Unix sockets; the rest is in conformance/tls_suite.h.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/redis/driver.h"
#include "millpond/drivers/redis/redis.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class RedisTlsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::signal(SIGPIPE, SIG_IGN);  // as the registry does
    certificates_ = std::make_unique<harness::Certificates>();
  }
  static void TearDownTestSuite() { certificates_.reset(); }

  static TlsSettings trusting(TlsMode mode) {
    return {.mode = mode, .ca = certificates_->authority()};
  }

  static Result<std::unique_ptr<Connection>> connect(const harness::Redis& server,
                                                     const TlsSettings& tls,
                                                     const std::string& host = "127.0.0.1",
                                                     const Budget& budget = Budget{10s}) {
    const Endpoint endpoint{.host = host,
                            .port = static_cast<std::uint16_t>(server.port()),
                            .password = Secret{harness::kPassword},
                            .tls = tls};
    return make_redis_driver()->connect(endpoint, {.app_name = "tls"}, budget);
  }

  static Error failure(const harness::Redis& server, const TlsSettings& tls,
                       const std::string& host = "127.0.0.1") {
    const auto connected = connect(server, tls, host);
    EXPECT_FALSE(connected);
    return connected ? Error{} : connected.error();
  }

  static void expect_refusal(const Error& error, const std::string& reason) {
    EXPECT_EQ(error.kind, ErrorKind::kConfiguration) << error.message;
    EXPECT_EQ(error.phase, "tls");
    EXPECT_NE(error.message.find(reason), std::string::npos) << error.message;
  }

  inline static std::unique_ptr<harness::Certificates> certificates_;
};

TEST_F(RedisTlsTest, RepliesMayBeLargerThanARecord) {
  const harness::Redis server{{.tls = certificates_->server()}};
  const auto connected = connect(server, trusting(TlsMode::kVerifyFull));
  ASSERT_TRUE(connected) << connected.error().message;
  const std::string large(300'000, 'x');
  RedisSession& session = Redis::handle(**connected);
  EXPECT_EQ(session.command({"SET", "large", large})->text(), "OK");
  EXPECT_EQ(session.command({"GET", "large"})->text(), large);
  EXPECT_TRUE((*connected)->reusable());
}

TEST_F(RedisTlsTest, AServerWithoutTlsIsRefused) {
  const harness::Redis plain;
  for (const TlsMode mode : {TlsMode::kRequire, TlsMode::kVerifyFull}) {
    // It takes the greeting for a command that has not ended yet.
    const auto connected = connect(plain, trusting(mode), "127.0.0.1", Budget{300ms});
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().phase, "tls");
    EXPECT_EQ(connected.error().kind, ErrorKind::kTimeout);
    EXPECT_NE(connected.error().message.find("does this port speak TLS?"), std::string::npos);
  }
}

TEST_F(RedisTlsTest, AServerThatAsksForACertificateGetsOneOrSaysSo) {
  const harness::Redis server{{.tls = certificates_->server_that_asks()}};
  TlsSettings tls = trusting(TlsMode::kVerifyFull);
  const Error error = failure(server, tls);
  EXPECT_EQ(error.kind, ErrorKind::kConfiguration) << error.message;
  EXPECT_NE(error.message.find("asks for a certificate"), std::string::npos) << error.message;
  tls.cert = certificates_->client().certificate;
  tls.key = certificates_->client().key;
  EXPECT_TRUE(connect(server, tls));
}

TEST_F(RedisTlsTest, AKeyOfAnotherCertificateIsRefused) {
  const harness::Redis server{{.tls = certificates_->server()}};
  TlsSettings tls = trusting(TlsMode::kVerifyFull);
  tls.cert = certificates_->client().certificate;
  tls.key = certificates_->server().key;
  expect_refusal(failure(server, tls), "key file");
}

TEST_F(RedisTlsTest, TheRawContextIsNotGivenAwayBecauseItWouldSpeakInTheClear) {
  const harness::Redis server{{.tls = certificates_->server()}};
  const auto connected = connect(server, trusting(TlsMode::kVerifyFull));
  ASSERT_TRUE(connected);
  EXPECT_THROW(Redis::handle(**connected).context(), std::logic_error);
}

TEST_F(RedisTlsTest, AUnixSocketServesToo) {
  const harness::Redis server;
  const Endpoint endpoint{
      .host = server.socket(), .path = "3", .password = Secret{harness::kPassword}};
  auto connected = make_redis_driver()->connect(endpoint, {.app_name = "unix"}, Budget{10s});
  ASSERT_TRUE(connected) << connected.error().message;
  EXPECT_EQ(Redis::handle(**connected).command({"PING"})->text(), "PONG");
  EXPECT_TRUE((*connected)->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_NE(fcntl((*connected)->watch_fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(RedisTlsTest, AUnixSocketThatIsNotThereIsRefused) {
  const auto connected =
      make_redis_driver()->connect({.host = "/nowhere/redis.sock"}, {}, Budget{10s});
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().kind, ErrorKind::kRefused);
  EXPECT_NE(connected.error().message.find("/nowhere/redis.sock"), std::string::npos);
}

}  // namespace
}  // namespace millpond::drivers
