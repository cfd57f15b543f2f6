#include "millpond/pools/internal/retries.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "millpond/drivers/error.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::internal {
namespace {

using drivers::ErrorKind;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;

policy::PoolPolicy allowing(std::int64_t retries) {
  policy::PoolPolicy policy;
  policy.max_retries = retries;
  policy.backoff_base = 50ms;
  policy.backoff_cap = 1000ms;
  return policy;
}

constexpr FailedWork kUnsent{.broken = true, .nothing_sent = true};
constexpr FailedWork kBroken{.broken = true};

TEST(RetriesTest, WhatBrokeBeforeAnythingWasSentIsTriedAgainWhateverItIs) {
  const policy::PoolPolicy policy = allowing(1);
  EXPECT_TRUE((Retries{policy, false}.again(kUnsent)));
  EXPECT_FALSE((Retries{policy, false}.again(kBroken)));
  EXPECT_FALSE((Retries{policy, false}.again({.nothing_sent = true})))
      << "the work's own failure on a session that is well";
}

TEST(RetriesTest, IdempotentWorkIsTriedAgainAfterWhatMayPass) {
  const policy::PoolPolicy policy = allowing(1);
  EXPECT_TRUE((Retries{policy, true}.again(kBroken)));
  EXPECT_TRUE((Retries{policy, true}.again({.kind = ErrorKind::kConflict})));
  EXPECT_TRUE((Retries{policy, true}.again({.broken = true, .kind = ErrorKind::kTimeout})));
  EXPECT_FALSE((Retries{policy, true}.again({.kind = ErrorKind::kAuthentication})));
  EXPECT_FALSE((Retries{policy, true}.again({.broken = true, .kind = ErrorKind::kConfiguration})));
  EXPECT_FALSE((Retries{policy, true}.again({}))) << "nobody knows whether that passes";
}

TEST(RetriesTest, OnlyWhatWasNotSentWhereThePolicySaysConnect) {
  policy::PoolPolicy policy = allowing(1);
  policy.retry_on = policy::RetryOn::kConnect;
  EXPECT_TRUE((Retries{policy, true}.again(kUnsent)));
  EXPECT_FALSE((Retries{policy, true}.again(kBroken)));
  EXPECT_FALSE((Retries{policy, true}.again({.kind = ErrorKind::kConflict})));
}

TEST(RetriesTest, AsOftenAsThePolicySaysAndNoMore) {
  const policy::PoolPolicy policy = allowing(2);
  Retries retries{policy, true};
  EXPECT_FALSE(retries.is_retry());
  EXPECT_TRUE(retries.left());
  EXPECT_TRUE(retries.again(kBroken));
  EXPECT_TRUE(retries.is_retry());
  EXPECT_TRUE(retries.again(kUnsent));
  EXPECT_FALSE(retries.left());
  EXPECT_FALSE(retries.again(kUnsent));
  const policy::PoolPolicy none = allowing(0);
  EXPECT_FALSE((Retries{none, true}.again(kUnsent)));
}

TEST(RetriesTest, ThePauseDoublesAtMostAndMayBeNone) {
  constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
  policy::PoolPolicy policy = allowing(3);
  Retries retries{policy, true};
  ASSERT_TRUE(retries.again(kBroken));
  EXPECT_EQ(retries.delay(0), 0us);
  EXPECT_LE(retries.delay(kMost), 50ms);
  EXPECT_GT(retries.delay(kMost), 49ms);
  ASSERT_TRUE(retries.again(kBroken));
  EXPECT_GT(retries.delay(kMost), 99ms);
  policy.retry_backoff = policy::RetryBackoff::kNone;
  EXPECT_EQ(retries.delay(kMost), 0us);
}

}  // namespace
}  // namespace millpond::internal
