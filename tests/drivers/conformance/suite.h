// What every driver owes the pools of the way to its server, as one suite that each backend's test
// instantiates against its real server, together with that of sessions (session_suite.h).
//
//   struct RedisBackend {
//     // … as in session_suite.h, and
//     static constexpr bool kAuthenticates = true;     // asks for a password
//     void freeze(const std::string& session);          // the server stops answering it …
//     void thaw(const std::string& session);            // … until now
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Redis, SessionConformance, RedisBackend);
//   INSTANTIATE_TYPED_TEST_SUITE_P(Redis, DriverConformance, RedisBackend);
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <stop_token>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/server_limits.h"
#include "millpond/tests/drivers/conformance/session_suite.h"
#include "millpond/tests/harness/servers/free_port.h"
#include "millpond/tests/harness/servers/silent_listener.h"

namespace millpond::drivers {

template <class Backend>
class DriverConformance : public SessionConformance<Backend> {
 protected:
  using typename SessionConformance<Backend>::ConnectResult;
  using SessionConformance<Backend>::backend_;
  using SessionConformance<Backend>::kAmple;

  static constexpr std::chrono::milliseconds kShort{300};
  // What a loaded machine may add to a deadline.
  static constexpr std::chrono::milliseconds kSlack{700};

  static Endpoint at_port(int port) {
    Endpoint endpoint = backend_->endpoint();
    endpoint.port = static_cast<std::uint16_t>(port);
    return endpoint;
  }

  static Error failure_at(const Endpoint& endpoint, const Budget& budget = Budget{kAmple}) {
    const ConnectResult result = DriverConformance::connect(endpoint, budget);
    EXPECT_FALSE(result) << "connected to " << endpoint.to_string();
    return result ? Error{} : result.error();
  }

  static std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  }

  static bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

// How long something took, against what it was allowed.
class Stopwatch {
 public:
  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Budget::Clock::now() - start_);
  }

 private:
  Budget::Clock::time_point start_ = Budget::Clock::now();
};

TYPED_TEST_SUITE_P(DriverConformance);

TYPED_TEST_P(DriverConformance, ARefusedPortIsNamed) {
  const Endpoint nobody = this->at_port(harness::free_port());
  const Error error = this->failure_at(nobody);
  EXPECT_EQ(error.kind, ErrorKind::kRefused) << error.message;
  EXPECT_EQ(error.phase, "connect");
  EXPECT_TRUE(this->contains(error.message, nobody.host)) << error.message;
  EXPECT_TRUE(this->contains(error.message, std::to_string(nobody.port))) << error.message;
}

TYPED_TEST_P(DriverConformance, AUnixSocketThatIsNotThereIsRefusedAndNamed) {
  Endpoint nobody = this->backend_->endpoint();
  nobody.tls = {};
  nobody.port = 5432;
  nobody.host = "/tmp/no-such-folder/.s.PGSQL.5432";  // as libpq wants it; the others don't mind
  const Error error = this->failure_at(nobody);
  EXPECT_EQ(error.kind, ErrorKind::kRefused) << error.message;
  EXPECT_EQ(error.phase, "connect");
  EXPECT_TRUE(this->contains(error.message, nobody.host)) << error.message;
}

TYPED_TEST_P(DriverConformance, AWrongPasswordIsRefusedAndNeverShown) {
  if (!TypeParam::kAuthenticates) {
    GTEST_SKIP() << "this backend asks for no password";
  }
  Endpoint endpoint = this->backend_->endpoint();
  const std::string right = endpoint.password.reveal();
  endpoint.password = Secret{"not-the-password"};
  const Error error = this->failure_at(endpoint);
  EXPECT_EQ(error.kind, ErrorKind::kAuthentication) << error.message;
  EXPECT_FALSE(this->contains(error.message, "not-the-password")) << error.message;
  EXPECT_FALSE(this->contains(error.message, right)) << error.message;
  EXPECT_FALSE(this->contains(error.message, "\n")) << error.message;
}

TYPED_TEST_P(DriverConformance, AServerThatNeverAnswersCostsTheBudgetAndNoMore) {
  const harness::SilentListener silent;
  const Stopwatch watch;
  const Error error = this->failure_at(this->at_port(silent.port()), Budget{this->kShort});
  EXPECT_EQ(error.kind, ErrorKind::kTimeout) << error.message;
  EXPECT_GE(watch.elapsed(), this->kShort);
  EXPECT_LE(watch.elapsed(), this->kShort + this->kSlack);
}

TYPED_TEST_P(DriverConformance, ACancelledConnectEndsLongBeforeItsBudget) {
  const harness::SilentListener silent;
  std::stop_source stop;
  stop.request_stop();
  const Stopwatch watch;
  const Error error =
      this->failure_at(this->at_port(silent.port()), Budget{this->kAmple, stop.get_token()});
  EXPECT_EQ(error.kind, ErrorKind::kCancelled) << error.message;
  EXPECT_LE(watch.elapsed(), this->kSlack);
}

TYPED_TEST_P(DriverConformance, AnUnknownHostIsUnreachable) {
  Endpoint endpoint = this->backend_->endpoint();
  endpoint.host = "no-such-host.invalid";
  const Error error = this->failure_at(endpoint, Budget{std::chrono::seconds{30}});
  EXPECT_EQ(error.kind, ErrorKind::kUnreachable) << error.message;
  EXPECT_TRUE(this->contains(error.message, "no-such-host.invalid")) << error.message;
}

TYPED_TEST_P(DriverConformance, AProbeOfAFrozenServerEndsWithItsBudget) {
  const auto connection = this->connected();
  const std::string session = this->backend_->session_of(*connection);
  this->backend_->freeze(session);
  const Stopwatch watch;
  const Result<void> probed = connection->probe(Budget{this->kShort});
  const auto elapsed = watch.elapsed();
  this->backend_->thaw(session);
  ASSERT_FALSE(probed);
  EXPECT_EQ(probed.error().kind, ErrorKind::kTimeout) << probed.error().message;
  EXPECT_EQ(probed.error().phase, "probe");
  EXPECT_LE(elapsed, this->kShort + this->kSlack);
  EXPECT_FALSE(connection->reusable()) << "its answer may still come";
  EXPECT_TRUE(this->connected()->probe(Budget{this->kAmple}));
}

TYPED_TEST_P(DriverConformance, TheLimitsOfAFrozenServerCostTheBudgetAndNoMore) {
  if (!TypeParam::kTellsLimits) {
    GTEST_SKIP() << "this backend asks its server nothing";
  }
  const auto connection = this->connected();
  const std::string session = this->backend_->session_of(*connection);
  this->backend_->freeze(session);
  const Stopwatch watch;
  const Result<ServerLimits> limits = connection->server_limits(Budget{this->kShort});
  const auto elapsed = watch.elapsed();
  this->backend_->thaw(session);
  ASSERT_FALSE(limits);
  EXPECT_EQ(limits.error().kind, ErrorKind::kTimeout) << limits.error().message;
  EXPECT_EQ(limits.error().phase, "server limits");
  EXPECT_LE(elapsed, this->kShort + this->kSlack);
  EXPECT_FALSE(connection->reusable());
}

TYPED_TEST_P(DriverConformance, FiftyFailedConnectsLeaveNoDescriptorOpen) {
  (void)this->connected();  // what the libraries open once and keep
  const harness::SilentListener silent;
  const auto before = this->open_descriptors();
  for (int i = 0; i < 20; ++i) {
    this->failure_at(this->at_port(harness::free_port()));
    this->failure_at(this->at_port(silent.port()), Budget{std::chrono::milliseconds{2}});
  }
  Endpoint endpoint = this->backend_->endpoint();
  endpoint.password = Secret{"not-the-password"};
  for (int i = 0; TypeParam::kAuthenticates && i < 10; ++i) {
    this->failure_at(endpoint);
  }
  EXPECT_EQ(this->open_descriptors(), before);
}

REGISTER_TYPED_TEST_SUITE_P(DriverConformance, ARefusedPortIsNamed,
                            AUnixSocketThatIsNotThereIsRefusedAndNamed,
                            AWrongPasswordIsRefusedAndNeverShown,
                            AServerThatNeverAnswersCostsTheBudgetAndNoMore,
                            ACancelledConnectEndsLongBeforeItsBudget, AnUnknownHostIsUnreachable,
                            AProbeOfAFrozenServerEndsWithItsBudget,
                            TheLimitsOfAFrozenServerCostTheBudgetAndNoMore,
                            FiftyFailedConnectsLeaveNoDescriptorOpen);

}  // namespace millpond::drivers
