#include "millpond/policy/backoff.h"

#include <algorithm>

#include "millpond/policy/uniform.h"

namespace millpond::policy {
namespace {

constexpr int kMostDoublings = 62;  // what a positive 64-bit number can be halved

constexpr Duration kKnockingCap = std::chrono::milliseconds{400};

// min(cap, base * 2^attempt), for any attempt.
Duration ceiling_of(Duration base, Duration cap, int attempt) {
  const int doublings = std::clamp(attempt, 0, kMostDoublings);
  const bool capped = base.count() > (cap.count() >> doublings);
  return capped ? cap : base * (Duration::rep{1} << doublings);
}

}  // namespace

Duration backoff_delay(const PoolPolicy& policy, int attempt, std::uint64_t random) {
  return uniform_below(ceiling_of(policy.backoff_base, policy.backoff_cap, attempt), random);
}

Duration knocking_delay(const PoolPolicy& policy, int attempt, std::uint64_t random) {
  const Duration cap = std::min(policy.backoff_cap, kKnockingCap);
  return uniform_below(ceiling_of(policy.backoff_base, cap, attempt), random);
}

}  // namespace millpond::policy
