// The rules between keys: what is wrong although each value by itself is right.
//
// Pure; safe from any thread.
//
//   Findings findings = validate(layering.policy, resolution.set);
#pragma once

#include "millpond/policy/finding.h"
#include "millpond/policy/layers.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// `set` is what resolve() made of `policy`. A rule is left out where one of its keys could not be
// read: that finding has been made.
Findings validate(const LayeredPolicy& policy, const PolicySet& set);

}  // namespace millpond::policy
