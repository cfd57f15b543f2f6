// The rules between keys: what is wrong although each value by itself is right.
//
// Pure; safe from any thread.
//
//   Findings findings = validate(document, resolution.set);
#pragma once

#include "millpond/policy/document.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// `set` is what resolve() made of `document`. A rule is left out where one of its keys could not be
// read: that finding has been made.
Findings validate(const Document& document, const PolicySet& set);

}  // namespace millpond::policy
