// A key's value as the file would write it: "2s" in quotes, 10 without.
//
// Pure; safe from any thread.
//
//   value_text(pool, *find_field(Section::kPool, "acquire_timeout")) == "\"2s\""
#pragma once

#include <string>

#include "millpond/policy/field.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/value.h"

namespace millpond::policy {

// What a file states; never a variable's name where it stands for a secret's value.
std::string value_text(const Field& field, const Value& value);

// What holds: the member that the row names, in the policy that has it.
std::string value_text(const PoolPolicy& policy, const Field& field);
std::string value_text(const ServerPolicy& policy, const Field& field);
std::string value_text(const ProcessPolicy& policy, const Field& field);
std::string value_text(const FleetPolicy& policy, const Field& field);

}  // namespace millpond::policy
