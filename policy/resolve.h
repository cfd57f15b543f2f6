// From what a file states to the policies that hold: defaults filled in, sizes evaluated and fitted
// into their budgets, names put together.
//
// Pure; safe from any thread. Cost: linear in the file.
//
//   auto [set, findings] = resolve(layering.policy, {.cores = 4, .program = "shop"});
#pragma once

#include "millpond/policy/finding.h"
#include "millpond/policy/host.h"
#include "millpond/policy/layers.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// Servers and pools stand in the document's order. A pool whose size cannot be evaluated has size
// 0, and a finding unless one was made before.
struct Resolution {
  PolicySet set{};
  Findings findings{};
};

Resolution resolve(const LayeredPolicy& policy, const Host& host);

}  // namespace millpond::policy
