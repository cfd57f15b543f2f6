#include "millpond/policy/retirement.h"

#include <algorithm>

#include "millpond/policy/uniform.h"

namespace millpond::policy {

Duration jittered_lifetime(const PoolPolicy& policy, std::uint64_t random) {
  const Duration longest = std::max(policy.max_lifetime, Duration::zero());
  const double share = policy.lifetime_jitter > 0 ? std::min(policy.lifetime_jitter, 1.0) : 0;
  if (share == 1.0) {
    return longest - uniform_below(longest, random);
  }
  const double span = static_cast<double>(longest.count()) * share;
  return longest - uniform_below(Duration{static_cast<Duration::rep>(span)}, random);
}

}  // namespace millpond::policy
