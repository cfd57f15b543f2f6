// When a connection is too old.
//
// Pure: a random number in, a time out. Safe from any thread.
//
//   auto expiry = birth + jittered_lifetime(policy, random());
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// max_lifetime - U[0, lifetime_jitter * max_lifetime): never longer than max_lifetime, so that a
// hard cut at the server is never met. 0 = no limit. `random` is uniform over 64 bits.
Duration jittered_lifetime(const PoolPolicy& policy, std::uint64_t random);

}  // namespace millpond::policy
