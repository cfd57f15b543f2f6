// From what a file states to the policies that hold: defaults filled in, sizes evaluated, names put
// together.
//
// Pure; safe from any thread.
//
//   auto [set, findings] = resolve(document, {.cores = 4, .program = "shop"});
#pragma once

#include <string>

#include "millpond/policy/document.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// What a formula or a default may ask of the host the program runs on.
struct Host {
  double cores = 1;
  std::string program = "service";
};

// Servers and pools stand in the document's order. A pool whose size cannot be evaluated has size
// 0, and a finding unless one was made before.
struct Resolution {
  PolicySet set{};
  Findings findings{};
};

Resolution resolve(const Document& document, const Host& host);

}  // namespace millpond::policy
