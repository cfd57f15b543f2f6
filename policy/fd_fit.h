// The pools of a policy against the host's limit of file descriptors: what `on_fd_shortfall` says.
//
// Pure; safe from any thread. Cost: linear in the pools.
//
//   Findings findings = fit_descriptors(policy, host, set);
#pragma once

#include "millpond/policy/finding.h"
#include "millpond/policy/host.h"
#include "millpond/policy/layers.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// Shrinks the pools where the policy wants that. Says nothing where the limit is not known, or a
// pool has no size yet.
Findings fit_descriptors(const LayeredPolicy& policy, const Host& host, PolicySet& set);

}  // namespace millpond::policy
