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
  policy.first_lifetime_jitter = jitter;
  return policy;
}

TEST(Lifetime, ReachesFromTheWholeDownToWhatTheJitterLeaves) {
  const PoolPolicy policy = policy_of(1000s, 0.25);
  EXPECT_EQ(lifetime(policy, Birth::kLater, 0).expires, 1000s);
  EXPECT_EQ(lifetime(policy, Birth::kLater, kMost / 2).expires, 875s + 1us);
  EXPECT_EQ(lifetime(policy, Birth::kLater, kMost).expires, 750s + 1us);
  EXPECT_EQ(lifetime(policy, Birth::kLater, kMost).ends, 1000s);
}

TEST(Lifetime, OfNoLimitIsNoLimit) {
  const Lifetime endless = lifetime(policy_of(0s, 0.25), Birth::kLater, kMost);
  EXPECT_EQ(endless.expires, Duration::max());
  EXPECT_EQ(endless.ends, Duration::max());
}

TEST(Lifetime, WithoutJitterIsTheWhole) {
  EXPECT_EQ(lifetime(policy_of(30min, 0), Birth::kLater, kMost).expires, 30min);
}

TEST(Lifetime, AtAStartIsSpreadWider) {
  PoolPolicy policy = policy_of(1000s, 0.25);
  policy.first_lifetime_jitter = 0.75;
  EXPECT_EQ(lifetime(policy, Birth::kAtStart, kMost).expires, 250s + 1us);
}

TEST(Lifetime, WithASpareLeavesTimeToDialTheSuccessor) {
  PoolPolicy policy = policy_of(1000s, 0);
  policy.rotation_spare = 1;
  policy.connect_timeout = 3s;
  EXPECT_EQ(lifetime(policy, Birth::kLater, 0).expires, 997s);
  policy.connect_timeout = 1000s;
  EXPECT_EQ(lifetime(policy, Birth::kLater, 0).expires, 900s);
  EXPECT_EQ(lifetime(policy, Birth::kLater, 0).ends, 1000s);
}

TEST(Lifetime, HoldsForEveryLengthAndShare) {
  EXPECT_TRUE(rc::check([](std::uint64_t random) {
    const Duration longest{*rc::gen::positive<Duration::rep>()};
    const double share = *rc::gen::inRange(-50, 150) / 100.0;
    const Lifetime drawn = lifetime(policy_of(longest, share), Birth::kLater, random);
    RC_ASSERT(drawn.expires <= drawn.ends);
    RC_ASSERT(drawn.expires > Duration::zero());
    RC_ASSERT(drawn.ends == longest);
  }));
}

}  // namespace
}  // namespace millpond::policy
