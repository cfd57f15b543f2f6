// Which endpoint of a server its pools dial, and what they learn from each other.
#include "millpond/pools/internal/endpoints.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/time_point.h"
#include "millpond/tests/pools/policies.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;
using policy::Balance;

// One pool's view of three endpoints.
class EndpointsTest : public testing::Test {
 protected:
  void use(Balance balance) {
    endpoints_ = std::make_unique<Endpoints>(kCount, balance);
    endpoints_->join(policy_);
  }
  DialGate::Stake stake() const { return {policy_, sessions_, avoid_, dials_}; }

  EndpointId begin() {
    const EndpointId to = endpoints_->begin(stake(), now_);
    dials_ += to == kNoEndpoint ? 0 : 1;
    return to;
  }
  // Dials and succeeds; returns where.
  EndpointId open() {
    const EndpointId to = begin();
    if (to != kNoEndpoint) {
      endpoints_->done(to, now_);
      --dials_;
      ++sessions_[to];
    }
    return to;
  }
  std::string open_many(int count) {
    std::string where;
    for (int i = 0; i < count; ++i) {
      where += std::to_string(open());
    }
    return where;
  }
  void fail(EndpointId endpoint, DialFailure failure = DialFailure::kUnreached) {
    endpoints_->failed(endpoint, {.policy = policy_, .failure = failure, .random = kLatest}, now_);
    --dials_;
  }
  void bring_down(EndpointId endpoint) {
    while (!endpoints_->health(endpoint).down()) {
      const EndpointId to = begin();
      ASSERT_NE(to, kNoEndpoint);
      if (to == endpoint) {
        fail(to);
      } else {
        endpoints_->no_verdict(to);
        --dials_;
        endpoints_->broken_session(endpoint, {.policy = policy_, .random = kLatest}, now_);
      }
    }
  }
  EndpointId elsewhere(EndpointId from) { return endpoints_->begin_elsewhere(stake(), from, now_); }

  static constexpr std::size_t kCount = 3;
  static constexpr std::uint64_t kLatest = ~std::uint64_t{0};  // the longest back-off
  policy::PoolPolicy policy_ = test::small_policy(10);
  std::unique_ptr<Endpoints> endpoints_;
  std::vector<std::int64_t> sessions_ = std::vector<std::int64_t>(kCount);
  std::vector<TimePoint> avoid_ = std::vector<TimePoint>(kCount, TimePoint::min());
  std::int64_t dials_ = 0;
  TimePoint now_{1h};
};

TEST_F(EndpointsTest, FailoverDialsTheFirstThatWorks) {
  use(Balance::kFailover);
  EXPECT_EQ(open_many(3), "000");
  fail(begin());
  EXPECT_EQ(open_many(3), "111");
}

TEST_F(EndpointsTest, RoundRobinTakesTurnsAndLeavesOutWhatFailed) {
  use(Balance::kRoundRobin);
  EXPECT_EQ(open_many(6), "012012");
  fail(begin());
  EXPECT_EQ(open_many(4), "1212");
}

TEST_F(EndpointsTest, LeastUsedEvensOut) {
  use(Balance::kLeastUsed);
  sessions_ = {3, 0, 2};
  EXPECT_EQ(open_many(7), "1112012");
}

TEST_F(EndpointsTest, WhatFailedIsTriedAgainByNobodysDialWhileAnotherWorks) {
  use(Balance::kFailover);
  fail(begin());
  now_ += 1h;
  EXPECT_EQ(open(), 1U);
  // But by one that is to take a session's place.
  EXPECT_EQ(elsewhere(1), 0U);
}

TEST_F(EndpointsTest, WhereNoneWorksOneDialTriesEachWhenItsTimeHasCome) {
  use(Balance::kFailover);
  while (!endpoints_->down(stake(), now_)) {
    fail(begin());
    now_ += 400ms;  // what was not reached is knocked at within that
  }
  EXPECT_EQ(begin(), 0U);
  EXPECT_EQ(begin(), 1U);
  EXPECT_EQ(begin(), 2U);
  EXPECT_EQ(begin(), kNoEndpoint);
  endpoints_->done(1, now_);
  EXPECT_FALSE(endpoints_->down(stake(), now_));
}

TEST_F(EndpointsTest, ASessionReturnsToAnEarlierEndpointThatWorksAgain) {
  use(Balance::kFailover);
  open();
  EXPECT_EQ(elsewhere(0), kNoEndpoint);
  EXPECT_EQ(elsewhere(2), 0U);
}

TEST_F(EndpointsTest, ASessionLeavesAnEndpointThatIsDown) {
  use(Balance::kLeastUsed);
  bring_down(0);
  sessions_ = {1, 5, 5};
  EXPECT_EQ(elsewhere(0), 1U);
}

TEST_F(EndpointsTest, TheLoadIsEvenedOutWhereItDiffersByTwo) {
  use(Balance::kRoundRobin);
  sessions_ = {2, 1, 1};
  EXPECT_EQ(elsewhere(0), kNoEndpoint);
  sessions_ = {3, 2, 1};
  EXPECT_EQ(elsewhere(0), 2U);
}

TEST_F(EndpointsTest, APoolsOwnReasonsToAvoidAnEndpointAreNotAnothers) {
  use(Balance::kFailover);
  avoid_ = {TimePoint::max(), TimePoint::max(), TimePoint::max()};
  EXPECT_EQ(begin(), kNoEndpoint);
  EXPECT_TRUE(endpoints_->down(stake(), now_));
  avoid_ = {TimePoint::max(), now_, now_};
  EXPECT_EQ(begin(), 1U);
  EXPECT_FALSE(endpoints_->down(stake(), now_));
}

TEST_F(EndpointsTest, APoolWithoutADialMayAlwaysBeginOneThoughTheCapIsReached) {
  use(Balance::kFailover);
  open_many(6);
  int begun = 0;
  for (dials_ = 1; begin() == 0; ++begun) {
    dials_ = 1;  // always another pool's
  }
  EXPECT_EQ(begun, policy_.max_concurrent_dials);
  dials_ = 0;
  EXPECT_EQ(begin(), 0U);
}

TEST_F(EndpointsTest, RejectedCredentialsBarEveryEndpoint) {
  use(Balance::kRoundRobin);
  fail(begin(), DialFailure::kRejected);
  now_ += 24h;
  EXPECT_EQ(begin(), kNoEndpoint);
  EXPECT_TRUE(endpoints_->barred());
  EXPECT_TRUE(endpoints_->down(stake(), now_));
  endpoints_->unbar();
  EXPECT_NE(begin(), kNoEndpoint);
}

TEST_F(EndpointsTest, NoMoreThanHalfAreTakenOutBecauseOfBrokenSessions) {
  use(Balance::kRoundRobin);
  for (EndpointId endpoint = 0; endpoint < kCount; ++endpoint) {
    for (int i = 0; i < 10; ++i) {
      endpoints_->broken_session(endpoint, {.policy = policy_, .random = kLatest}, now_);
    }
  }
  EXPECT_TRUE(endpoints_->health(0).down());
  EXPECT_FALSE(endpoints_->health(1).down());
  EXPECT_FALSE(endpoints_->health(2).down());
}

TEST_F(EndpointsTest, AnEndpointThatIsReachedIsNotKnockedAtSoOften) {
  use(Balance::kFailover);
  endpoints_ = std::make_unique<Endpoints>(1, Balance::kFailover);
  for (int i = 0; i < 10; ++i) {
    begin();
    fail(0, DialFailure::kUnanswered);
    now_ += policy_.backoff_cap;
  }
  now_ -= policy_.backoff_cap;
  now_ += 1s;
  EXPECT_EQ(begin(), kNoEndpoint);
  now_ += policy_.backoff_cap - 1s;
  EXPECT_EQ(begin(), 0U);
}

}  // namespace
}  // namespace millpond::internal
