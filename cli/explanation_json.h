// An Explanation as JSON, for `--json`.
//
// Pure; safe from any thread.
#pragma once

#include <nlohmann/json.hpp>

#include "millpond/policy/explanation.h"

namespace millpond::cli {

nlohmann::ordered_json to_json(const policy::Explanation& explanation);
nlohmann::ordered_json to_json(const policy::ExplainedTable& table);
nlohmann::ordered_json to_json(const policy::ExplainedKey& key);

}  // namespace millpond::cli
