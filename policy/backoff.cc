#include "millpond/policy/backoff.h"

#include <algorithm>

#include "millpond/policy/uniform.h"

namespace millpond::policy {
namespace {

constexpr int kMostDoublings = 62;  // what a positive 64-bit number can be halved

Duration ceiling_of(const PoolPolicy& policy, int attempt) {
  const int doublings = std::clamp(attempt, 0, kMostDoublings);
  const Duration::rep most_undoubled = policy.backoff_cap.count() >> doublings;
  const bool capped = policy.backoff_base.count() > most_undoubled;
  return capped ? policy.backoff_cap : policy.backoff_base * (Duration::rep{1} << doublings);
}

}  // namespace

Duration backoff_delay(const PoolPolicy& policy, int attempt, std::uint64_t random) {
  return uniform_below(ceiling_of(policy, attempt), random);
}

}  // namespace millpond::policy
