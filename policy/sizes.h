// The sizes of all pools: each formula evaluated, fitted between its floor and its caps, and all of
// them together into the process's file descriptors.
//
// Pure; safe from any thread. Cost: linear in servers and pools.
//
//   Findings findings = resolve_sizes(policy, host, set);
#pragma once

#include "millpond/policy/finding.h"
#include "millpond/policy/host.h"
#include "millpond/policy/layers.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// Sets ServerPolicy::fair, and PoolPolicy::size, sizing and rotation_spare. `set` holds the servers
// and pools of `policy` in its order, with all other keys in place.
Findings resolve_sizes(const LayeredPolicy& policy, const Host& host, PolicySet& set);

}  // namespace millpond::policy
