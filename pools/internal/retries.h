// Whether work that failed is tried again, and after what time: the decisions behind with().
//
// Pure; for one thread.
//
//   Retries retries{policy, options.idempotent};
//   while (retries.again({.broken = true, .nothing_sent = true})) wait(retries.delay(random));
#pragma once

#include <cstdint>
#include <optional>

#include "millpond/drivers/error.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::internal {

struct FailedWork {
  bool broken = false;                       // its session can't be used any more
  bool nothing_sent = false;                 // for certain
  std::optional<drivers::ErrorKind> kind{};  // where the failure tells
};

class Retries {
 public:
  Retries(const policy::PoolPolicy& policy, bool idempotent)
      : policy_(policy), idempotent_(idempotent) {}

  // Whether another try may follow, if this one fails.
  bool left() const { return tries_ < policy_.max_retries; }
  // The try under way is not the first.
  bool is_retry() const { return tries_ > 0; }

  // Counts the next try, where there is to be one: after a session that broke before anything was
  // sent, and for idempotent work with retry_on = "transient" after whatever may pass.
  bool again(const FailedWork& failed);

  // What lies between the try that failed and the next; `random` is uniform over 64 bits.
  policy::Duration delay(std::uint64_t random) const;

 private:
  const policy::PoolPolicy& policy_;
  bool idempotent_;
  int tries_ = 0;  // again
};

}  // namespace millpond::internal
