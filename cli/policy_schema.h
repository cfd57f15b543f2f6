// The option table as a JSON Schema, draft 7 (what TOML editors read).
//
// Pure; safe from any thread.
//
//   out << dump(policy_schema());
#pragma once

#include <nlohmann/json.hpp>

namespace millpond::cli {

// Stricter than no schema and looser than `millpond check`: it knows keys, kinds, words and bounds
// of numbers, not what follows from several keys. A value that holds "${env:...}" passes.
nlohmann::ordered_json policy_schema();

}  // namespace millpond::cli
