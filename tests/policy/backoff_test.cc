#include "millpond/policy/backoff.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <limits>

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

PoolPolicy policy_of(Duration base, Duration cap) {
  PoolPolicy policy;
  policy.backoff_base = base;
  policy.backoff_cap = cap;
  return policy;
}

TEST(BackoffDelay, DoublesItsCeilingUntilTheCap) {
  const PoolPolicy policy = policy_of(50ms, 5s);
  EXPECT_EQ(backoff_delay(policy, 0, kMost), 50ms - 1us);
  EXPECT_EQ(backoff_delay(policy, 1, kMost), 100ms - 1us);
  EXPECT_EQ(backoff_delay(policy, 6, kMost), 3200ms - 1us);
  EXPECT_EQ(backoff_delay(policy, 7, kMost), 5s - 1us);
  EXPECT_EQ(backoff_delay(policy, 1000, kMost), 5s - 1us);
}

TEST(BackoffDelay, KnockingIsNeverFarApart) {
  const PoolPolicy policy = policy_of(50ms, 5s);
  EXPECT_EQ(knocking_delay(policy, 1, kMost), 100ms - 1us);
  EXPECT_EQ(knocking_delay(policy, 20, kMost), 400ms - 1us);
  EXPECT_EQ(knocking_delay(policy, 20, 0), 0ms);
  EXPECT_EQ(knocking_delay(policy_of(50ms, 100ms), 20, kMost), 100ms - 1us);
}

TEST(BackoffDelay, HasFullJitter) {
  const PoolPolicy policy = policy_of(50ms, 5s);
  EXPECT_EQ(backoff_delay(policy, 3, 0), 0ms);
  EXPECT_EQ(backoff_delay(policy, 3, std::uint64_t{1} << 63), 200ms);
}

TEST(BackoffDelay, StaysBelowTheCapForEveryAttempt) {
  EXPECT_TRUE(rc::check([](int attempt, std::uint64_t random) {
    const Duration base{*rc::gen::positive<Duration::rep>()};
    const Duration cap{*rc::gen::positive<Duration::rep>()};
    const Duration delay = backoff_delay(policy_of(base, cap), attempt, random);
    RC_ASSERT(delay >= Duration::zero());
    RC_ASSERT(delay < cap);
  }));
}

TEST(BackoffDelay, NeverShrinksWithTheAttempts) {
  EXPECT_TRUE(rc::check([](std::uint64_t random) {
    const PoolPolicy policy = policy_of(50ms, 5s);
    const int attempt = *rc::gen::inRange(0, 100);
    RC_ASSERT(backoff_delay(policy, attempt, random) <= backoff_delay(policy, attempt + 1, random));
  }));
}

}  // namespace
}  // namespace millpond::policy
