// What a policy may state and this release cannot do yet, and must not do by half.
//
// Pure; safe from any thread.
//
//   for (const Shortcoming& each : shortcomings(server)) { refuse(each.message); }
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

struct Shortcoming {
  std::string_view key;  // that asks for it
  std::string message;
  std::string help;
};

// `check` warns of them; a program that opens the policy refuses.
std::vector<Shortcoming> shortcomings(const ServerPolicy& server);

}  // namespace millpond::policy
