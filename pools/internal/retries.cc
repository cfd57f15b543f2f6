#include "millpond/pools/internal/retries.h"

#include "millpond/policy/backoff.h"

namespace millpond::internal {

bool Retries::again(const FailedWork& failed) {
  const bool safe = failed.broken && failed.nothing_sent;
  const bool passing = failed.kind ? is_transient(*failed.kind) : failed.broken;
  const bool allowed =
      safe || (idempotent_ && policy_.retry_on == policy::RetryOn::kTransient && passing);
  if (!left() || !allowed) {
    return false;
  }
  ++tries_;
  return true;
}

policy::Duration Retries::delay(std::uint64_t random) const {
  return policy_.retry_backoff == policy::RetryBackoff::kNone
             ? policy::Duration{}
             : policy::backoff_delay(policy_, tries_ - 1, random);
}

}  // namespace millpond::internal
