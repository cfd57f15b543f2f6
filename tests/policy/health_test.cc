#include "millpond/policy/health.h"

#include <gtest/gtest.h>

#include <chrono>

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

PoolPolicy policy_of(Duration health_interval, Duration keepalive) {
  PoolPolicy policy;
  policy.health_interval = health_interval;
  policy.keepalive = keepalive;
  return policy;
}

TEST(HealthTest, NothingIsCheckedWhereBothIntervalsAreOff) {
  EXPECT_EQ(health_checks(policy_of(0s, 0s), 10).after, 0s);
}

TEST(HealthTest, TheShorterIntervalThatIsOnHoldsLessTheTickThatIsLostInNoticing) {
  EXPECT_EQ(health_checks(policy_of(10s, 120s), 10).after, 10s - kTick);
  EXPECT_EQ(health_checks(policy_of(10s, 5s), 10).after, 5s - kTick);
  EXPECT_EQ(health_checks(policy_of(10s, 0s), 10).after, 10s - kTick);
  EXPECT_EQ(health_checks(policy_of(0s, 120s), 10).after, 120s - kTick);
}

TEST(HealthTest, AnIntervalOfATickOrLessIsHalved) {
  EXPECT_EQ(health_checks(policy_of(0s, 50ms), 10).after, 25ms);
  EXPECT_EQ(health_checks(policy_of(0s, 1ms), 10).after, 500us);
}

TEST(HealthTest, TwoAtOnceOrWhatALargePoolNeedsToGetRound) {
  EXPECT_EQ(health_checks(policy_of(10s, 0s), 1).at_once, 2);
  EXPECT_EQ(health_checks(policy_of(10s, 0s), 300).at_once, 2);
  EXPECT_EQ(health_checks(policy_of(10s, 0s), 10'000).at_once, 51);
  EXPECT_EQ(health_checks(policy_of(0s, 1ms), 10).at_once, 10);
}

}  // namespace
}  // namespace millpond::policy
