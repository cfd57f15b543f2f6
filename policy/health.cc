#include "millpond/policy/health.h"

#include <algorithm>

namespace millpond::policy {
namespace {

constexpr std::int64_t kFew = 2;

}  // namespace

HealthChecks health_checks(const PoolPolicy& policy, std::int64_t size) {
  Duration interval = policy.health_interval;
  if (interval == Duration::zero() ||
      (policy.keepalive != Duration::zero() && policy.keepalive < interval)) {
    interval = policy.keepalive;
  }
  if (interval == Duration::zero()) {
    return {};
  }
  const Duration tick = kTick;
  const Duration after = std::max(interval - tick, interval / 2);
  const std::int64_t needed = (size * tick.count() + after.count() - 1) / after.count();
  return {.after = after,
          .at_once = static_cast<int>(std::clamp(needed, kFew, std::max(size, kFew)))};
}

}  // namespace millpond::policy
