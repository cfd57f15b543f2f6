// What every driver's connections owe the pools once they are open, the fake's included.
//
//   struct RedisBackend {
//     static constexpr bool kHasSessionState = true;   // there is something that reset() undoes
//     static constexpr bool kTellsLimits = true;       // its protocol has words for them
//     std::shared_ptr<const drivers::Driver> driver();
//     drivers::Endpoint endpoint();                     // with the right account
//     std::string session_of(drivers::Connection&);     // the name the server has for it
//     bool lists(const std::string& session);           // still open, says the server
//     void end(const std::string& session);             // the server ends it
//     void dirty(drivers::Connection&);                 // leaves state behind (kHasSessionState)
//     bool is_dirty(drivers::Connection&);
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Redis, SessionConformance, RedisBackend);
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/server_limits.h"

namespace millpond::drivers {

// The server lives as long as the suite: starting one costs more than a test.
template <class Backend>
class SessionConformance : public testing::Test {
 protected:
  using ConnectResult = Result<std::unique_ptr<Connection>>;

  static constexpr std::chrono::seconds kAmple{10};

  static void SetUpTestSuite() { backend_ = std::make_unique<Backend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static ConnectResult connect(const Endpoint& endpoint, const Budget& budget = Budget{kAmple}) {
    return backend_->driver()->connect(endpoint, {.app_name = "conformance"}, budget);
  }

  static std::unique_ptr<Connection> connected() {
    ConnectResult result = connect(backend_->endpoint());
    if (!result) {
      throw std::runtime_error(result.error().phase + ": " + result.error().message);
    }
    return std::move(*result);
  }

  inline static std::unique_ptr<Backend> backend_;
};

TYPED_TEST_SUITE_P(SessionConformance);

TYPED_TEST_P(SessionConformance, ConnectsAndProbes) {
  const auto connection = this->connected();
  EXPECT_TRUE(connection->reusable());
  const Result<void> probed = connection->probe(Budget{this->kAmple});
  EXPECT_TRUE(probed) << probed.error().message;
  EXPECT_TRUE(connection->reusable());
}

TYPED_TEST_P(SessionConformance, NobodyHasUsedANewSessionSoItNeedsNoReset) {
  EXPECT_EQ(this->connected()->reset_need(), ResetNeed::kNone);
}

TYPED_TEST_P(SessionConformance, TwoConnectionsAreTwoSessions) {
  const auto one = this->connected();
  const auto other = this->connected();
  EXPECT_NE(this->backend_->session_of(*one), this->backend_->session_of(*other));
}

TYPED_TEST_P(SessionConformance, ResetBringsADirtySessionBack) {
  if (!TypeParam::kHasSessionState) {
    GTEST_SKIP() << "this backend keeps no state between requests";
  }
  const auto connection = this->connected();
  const std::string session = this->backend_->session_of(*connection);
  this->backend_->dirty(*connection);
  ASSERT_TRUE(this->backend_->is_dirty(*connection));
  ASSERT_NE(connection->reset_need(), ResetNeed::kNone);
  const Result<void> reset = connection->reset(connection->reset_need(), Budget{this->kAmple});
  ASSERT_TRUE(reset) << reset.error().message;
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_TRUE(connection->reusable());
  EXPECT_FALSE(this->backend_->is_dirty(*connection));
  EXPECT_EQ(this->backend_->session_of(*connection), session);
}

TYPED_TEST_P(SessionConformance, ASessionTheServerEndedFailsItsProbeAndStaysDead) {
  const auto connection = this->connected();
  this->backend_->end(this->backend_->session_of(*connection));
  EXPECT_FALSE(connection->probe(Budget{this->kAmple}));
  EXPECT_FALSE(connection->probe(Budget{this->kAmple})) << "it dialled again behind our back";
  EXPECT_FALSE(connection->reset(ResetNeed::kSession, Budget{this->kAmple}));
  EXPECT_FALSE(connection->reusable());
}

TYPED_TEST_P(SessionConformance, TheServersLimitsAreReadByOneCall) {
  const auto connection = this->connected();
  const Result<ServerLimits> limits = connection->server_limits(Budget{this->kAmple});
  ASSERT_TRUE(limits) << limits.error().message;
  EXPECT_NE(limits->version.empty(), TypeParam::kTellsLimits);
  EXPECT_EQ(limits->max_connections.has_value(), TypeParam::kTellsLimits);
  EXPECT_GT(limits->max_connections.value_or(1), limits->reserved);
  EXPECT_FALSE(limits->read_only);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_TRUE(connection->probe(Budget{this->kAmple}));
}

TYPED_TEST_P(SessionConformance, ADestroyedConnectionIsGoneFromTheServerAtOnce) {
  for (int i = 0; i < 10; ++i) {
    auto connection = this->connected();
    const std::string session = this->backend_->session_of(*connection);
    ASSERT_TRUE(this->backend_->lists(session));
    connection.reset();
    EXPECT_FALSE(this->backend_->lists(session));
  }
}

REGISTER_TYPED_TEST_SUITE_P(SessionConformance, ConnectsAndProbes,
                            NobodyHasUsedANewSessionSoItNeedsNoReset, TwoConnectionsAreTwoSessions,
                            ResetBringsADirtySessionBack,
                            ASessionTheServerEndedFailsItsProbeAndStaysDead,
                            TheServersLimitsAreReadByOneCall,
                            ADestroyedConnectionIsGoneFromTheServerAtOnce);

}  // namespace millpond::drivers
