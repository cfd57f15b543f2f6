// What every driver owes its pools of TLS, as one suite that each backend's test instantiates
// against real servers.
//
//   struct RedisTls {
//     using Server = harness::Redis;                  // made of {.tls = …}
//     static std::shared_ptr<const drivers::Driver> driver();
//     static void account(drivers::Endpoint&);         // user, password, path
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Redis, TlsConformance, RedisTls);
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/tls_files.h"

namespace millpond::drivers {

template <class Backend>
class TlsConformance : public testing::Test {
 protected:
  using Server = typename Backend::Server;
  using ConnectResult = Result<std::unique_ptr<Connection>>;

  static constexpr std::chrono::seconds kAmple{10};
  static constexpr std::initializer_list<TlsMode> kEncrypting{TlsMode::kRequire, TlsMode::kVerifyCa,
                                                              TlsMode::kVerifyFull};
  static constexpr std::initializer_list<TlsMode> kVerifying{TlsMode::kVerifyCa,
                                                             TlsMode::kVerifyFull};

  static void SetUpTestSuite() {
    std::signal(SIGPIPE, SIG_IGN);  // as the registry does
    certificates_ = std::make_unique<harness::Certificates>();
  }
  static void TearDownTestSuite() { certificates_.reset(); }

  static std::unique_ptr<Server> serve(const harness::TlsFiles& tls) {
    return std::make_unique<Server>(typename Server::Options{.tls = tls});
  }

  static TlsSettings trusting(TlsMode mode) {
    return {.mode = mode, .ca = certificates_->authority()};
  }

  static ConnectResult connect(const Server& server, const TlsSettings& tls,
                               const std::string& host = "127.0.0.1") {
    Endpoint endpoint{.host = host, .port = static_cast<std::uint16_t>(server.port()), .tls = tls};
    Backend::account(endpoint);
    return Backend::driver()->connect(endpoint, {.app_name = "tls"}, Budget{kAmple});
  }

  // For a reason that only an operator can mend.
  static void expect_refusal(const ConnectResult& connected) {
    ASSERT_FALSE(connected);
    EXPECT_EQ(connected.error().kind, ErrorKind::kConfiguration) << connected.error().message;
    EXPECT_EQ(connected.error().phase, "tls") << connected.error().message;
  }

  static void expect_refusal(const ConnectResult& connected, const std::string& words) {
    expect_refusal(connected);
    EXPECT_NE(connected.error().message.find(words), std::string::npos)
        << connected.error().message;
  }

  static std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  }

  inline static std::unique_ptr<harness::Certificates> certificates_;
};

TYPED_TEST_SUITE_P(TlsConformance);

TYPED_TEST_P(TlsConformance, EveryModeServesAGoodServerByNameAndByAddress) {
  const auto server = this->serve(this->certificates_->server());
  for (const TlsMode mode : this->kEncrypting) {
    for (const std::string host : {"127.0.0.1", "localhost"}) {
      const auto connected = this->connect(*server, this->trusting(mode), host);
      ASSERT_TRUE(connected) << connected.error().message;
      EXPECT_TRUE((*connected)->probe(Budget{this->kAmple}));
      EXPECT_TRUE((*connected)->reset(ResetNeed::kSession, Budget{this->kAmple}));
      EXPECT_TRUE((*connected)->reusable());
    }
  }
}

TYPED_TEST_P(TlsConformance, AnotherHostsCertificateIsRefusedByVerifyFullAlone) {
  const auto server = this->serve(this->certificates_->of_another_host());
  this->expect_refusal(this->connect(*server, this->trusting(TlsMode::kVerifyFull)));
  this->expect_refusal(this->connect(*server, this->trusting(TlsMode::kVerifyFull), "localhost"));
  EXPECT_TRUE(this->connect(*server, this->trusting(TlsMode::kVerifyCa)));
  EXPECT_TRUE(this->connect(*server, this->trusting(TlsMode::kRequire)));
}

TYPED_TEST_P(TlsConformance, AnExpiredCertificateIsRefusedWhereItIsVerified) {
  const auto server = this->serve(this->certificates_->expired());
  for (const TlsMode mode : this->kVerifying) {
    // libpq does not say more than that it failed to verify.
    this->expect_refusal(this->connect(*server, this->trusting(mode)), "certificate");
  }
  EXPECT_TRUE(this->connect(*server, this->trusting(TlsMode::kRequire)));
}

TYPED_TEST_P(TlsConformance, AStrangersCertificateIsRefusedWhereItIsVerified) {
  const auto server = this->serve(this->certificates_->of_a_stranger());
  for (const TlsMode mode : this->kVerifying) {
    this->expect_refusal(this->connect(*server, this->trusting(mode)));
    this->expect_refusal(this->connect(*server, {.mode = mode}));  // the system's authorities
  }
  EXPECT_TRUE(this->connect(*server, this->trusting(TlsMode::kRequire)));
}

TYPED_TEST_P(TlsConformance, ACertificateOfOnesOwnIsShown) {
  const auto server = this->serve(this->certificates_->server_that_asks());
  TlsSettings tls = this->trusting(TlsMode::kVerifyFull);
  tls.cert = this->certificates_->client().certificate;
  tls.key = this->certificates_->client().key;
  const auto connected = this->connect(*server, tls);
  EXPECT_TRUE(connected) << connected.error().message;
}

TYPED_TEST_P(TlsConformance, AFileThatCannotBeReadIsNamed) {
  const auto server = this->serve(this->certificates_->server());
  TlsSettings tls{.mode = TlsMode::kVerifyFull, .ca = "/nowhere/ca.pem"};
  this->expect_refusal(this->connect(*server, tls), "/nowhere/ca.pem");
  tls = this->trusting(TlsMode::kVerifyFull);
  tls.cert = "/nowhere/cert.pem";
  tls.key = this->certificates_->client().key;
  this->expect_refusal(this->connect(*server, tls), "/nowhere/cert.pem");
}

TYPED_TEST_P(TlsConformance, RefusedHandshakesLeaveNoDescriptorOpen) {
  const auto server = this->serve(this->certificates_->expired());
  const TlsSettings tls = this->trusting(TlsMode::kVerifyFull);
  (void)this->connect(*server, tls);  // what the libraries open once and keep
  const auto before = this->open_descriptors();
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(this->connect(*server, tls));
  }
  EXPECT_EQ(this->open_descriptors(), before);
}

REGISTER_TYPED_TEST_SUITE_P(TlsConformance, EveryModeServesAGoodServerByNameAndByAddress,
                            AnotherHostsCertificateIsRefusedByVerifyFullAlone,
                            AnExpiredCertificateIsRefusedWhereItIsVerified,
                            AStrangersCertificateIsRefusedWhereItIsVerified,
                            ACertificateOfOnesOwnIsShown, AFileThatCannotBeReadIsNamed,
                            RefusedHandshakesLeaveNoDescriptorOpen);

}  // namespace millpond::drivers
