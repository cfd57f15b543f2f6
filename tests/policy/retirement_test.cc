#include "millpond/policy/retirement.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <limits>

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

PoolPolicy policy_of(Duration lifetime, double jitter) {
  PoolPolicy policy;
  policy.max_lifetime = lifetime;
  policy.lifetime_jitter = jitter;
  return policy;
}

TEST(JitteredLifetime, ReachesFromTheWholeDownToWhatTheJitterLeaves) {
  const PoolPolicy policy = policy_of(1000s, 0.25);
  EXPECT_EQ(jittered_lifetime(policy, 0), 1000s);
  EXPECT_EQ(jittered_lifetime(policy, kMost / 2), 875s + 1us);
  EXPECT_EQ(jittered_lifetime(policy, kMost), 750s + 1us);
}

TEST(JitteredLifetime, OfNoLimitIsNoLimit) {
  EXPECT_EQ(jittered_lifetime(policy_of(0s, 0.25), kMost), 0s);
}

TEST(JitteredLifetime, WithoutJitterIsTheWhole) {
  EXPECT_EQ(jittered_lifetime(policy_of(30min, 0), kMost), 30min);
}

TEST(JitteredLifetime, HoldsForEveryLifetimeAndShare) {
  EXPECT_TRUE(rc::check([](std::uint64_t random) {
    const Duration lifetime{*rc::gen::nonNegative<Duration::rep>()};
    const double share = *rc::gen::inRange(-50, 150) / 100.0;
    const Duration jittered = jittered_lifetime(policy_of(lifetime, share), random);
    RC_ASSERT(jittered <= lifetime);
    RC_ASSERT(jittered >= Duration::zero());
    RC_ASSERT(lifetime == Duration::zero() || jittered > Duration::zero());
  }));
}

}  // namespace
}  // namespace millpond::policy
