// How long to wait before the next attempt to dial.
//
// Pure: a random number in, a time out. Safe from any thread.
//
//   wait(backoff_delay(policy, failures_in_a_row, random()));
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// Full jitter: U[0, min(backoff_cap, backoff_base * 2^attempt)). `attempt` counts from 0; `random`
// is uniform over 64 bits. No attempt overflows.
Duration backoff_delay(const PoolPolicy& policy, int attempt, std::uint64_t random);

// The same for an endpoint where nothing was reached (refused, no route, no answer to the first
// packet): such an attempt costs the server nothing, so the cap is at most 400 ms, and a server
// that listens again is noticed within half a second.
Duration knocking_delay(const PoolPolicy& policy, int attempt, std::uint64_t random);

}  // namespace millpond::policy
