#include "millpond/policy/retirement.h"

#include <algorithm>

#include "millpond/policy/uniform.h"

namespace millpond::policy {

Lifetime lifetime(const PoolPolicy& policy, Birth birth, std::uint64_t random) {
  const Duration longest = policy.max_lifetime;
  if (longest <= Duration::zero()) {
    return {.expires = Duration::max(), .ends = Duration::max()};
  }
  const double jitter =
      birth == Birth::kAtStart ? policy.first_lifetime_jitter : policy.lifetime_jitter;
  const double share = std::clamp(jitter, 0.0, 1.0);
  // Of the whole, the floating point detour could exceed it.
  const Duration spread =
      share == 1.0
          ? longest
          : Duration{static_cast<Duration::rep>(static_cast<double>(longest.count()) * share)};
  const Duration lead =
      policy.rotation_spare > 0 ? std::min(policy.connect_timeout, longest / 10) : Duration::zero();
  return {.expires = std::min(longest - uniform_below(spread, random), longest - lead),
          .ends = longest};
}

}  // namespace millpond::policy
