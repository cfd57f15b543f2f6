// HTTP over TLS and over a Unix socket, on real servers.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <iterator>
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

TEST_F(HttpTlsTest, EveryModeServesAGoodServerOverOneConnection) {
  const harness::Nginx server{{.tls = certificates_->server()}};
  for (const TlsMode mode : {TlsMode::kRequire, TlsMode::kVerifyCa, TlsMode::kVerifyFull}) {
    for (const std::string host : {"127.0.0.1", "localhost"}) {
      const auto connected = connect(server, trusting(mode), host);
      ASSERT_TRUE(connected) << connected.error().message;
      HttpSession& session = Http::handle(**connected);
      ASSERT_EQ(session.put("/files/a", "apples")->status / 100, 2);
      EXPECT_EQ(session.get("/files/a")->body, "apples");
      (void)session.easy();
      EXPECT_TRUE((*connected)->reset(ResetNeed::kSession, Budget{10s}));
      EXPECT_TRUE((*connected)->probe(Budget{10s}));
      EXPECT_EQ(session.swaps(), 0);
    }
  }
}

TEST_F(HttpTlsTest, AnotherHostsCertificateIsRefusedByVerifyFullAlone) {
  const harness::Nginx server{{.tls = certificates_->of_another_host()}};
  expect_refusal(connect(server, trusting(TlsMode::kVerifyFull)), "127.0.0.1");
  expect_refusal(connect(server, trusting(TlsMode::kVerifyFull), "localhost"), "localhost");
  EXPECT_TRUE(connect(server, trusting(TlsMode::kVerifyCa)));
  EXPECT_TRUE(connect(server, trusting(TlsMode::kRequire)));
}

TEST_F(HttpTlsTest, AnExpiredAndAnUnknownCertificateAreRefusedWhereTheyAreVerified) {
  const harness::Nginx expired{{.tls = certificates_->expired()}};
  const harness::Nginx unknown{{.tls = certificates_->of_a_stranger()}};
  for (const TlsMode mode : {TlsMode::kVerifyCa, TlsMode::kVerifyFull}) {
    expect_refusal(connect(expired, trusting(mode)), "certificate has expired");
    expect_refusal(connect(unknown, trusting(mode)), "unable to get local issuer certificate");
    expect_refusal(connect(unknown, {.mode = mode}), "unable to get local issuer certificate");
  }
  EXPECT_TRUE(connect(expired, trusting(TlsMode::kRequire)));
  EXPECT_TRUE(connect(unknown, trusting(TlsMode::kRequire)));
}

TEST_F(HttpTlsTest, AServerWithoutTlsIsRefused) {
  const harness::Nginx plain;
  expect_refusal(connect(plain, trusting(TlsMode::kRequire)), "wrong version number");
  expect_refusal(connect(plain, trusting(TlsMode::kVerifyFull)), "wrong version number");
}

TEST_F(HttpTlsTest, AServerThatAsksForACertificateGetsIt) {
  const harness::Nginx server{{.tls = certificates_->server_that_asks()}};
  TlsSettings tls = trusting(TlsMode::kVerifyFull);
  tls.cert = certificates_->client().certificate;
  tls.key = certificates_->client().key;
  const auto connected = connect(server, tls);
  ASSERT_TRUE(connected);
  EXPECT_EQ(Http::handle(**connected).get("/status")->status, 200);
}

TEST_F(HttpTlsTest, AFileThatCannotBeReadIsNamed) {
  const harness::Nginx server{{.tls = certificates_->server()}};
  TlsSettings tls{.mode = TlsMode::kVerifyFull, .ca = "/nowhere/ca.pem"};
  expect_refusal(connect(server, tls), "/nowhere/ca.pem");
  tls = trusting(TlsMode::kVerifyFull);
  tls.cert = "/nowhere/cert.pem";
  tls.key = "/nowhere/key.pem";
  expect_refusal(connect(server, tls), "/nowhere/cert.pem");
}

TEST_F(HttpTlsTest, RefusedHandshakesLeaveNoDescriptorOpen) {
  const harness::Nginx server{{.tls = certificates_->expired()}};
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  (void)connect(server, trusting(TlsMode::kVerifyFull));
  const auto before = descriptors();
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(connect(server, trusting(TlsMode::kVerifyFull)));
  }
  EXPECT_EQ(descriptors(), before);
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
