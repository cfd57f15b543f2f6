// An Explanation for a terminal: value, place, layer, and how it came about.
//
// Pure; safe from any thread.
//
//   acquire_timeout = "1s"          pools.toml:27  [defaults]
#pragma once

#include <string>

#include "millpond/policy/explanation.h"

namespace millpond::cli {

enum class Detail {
  kStated,      // what the file states, and sizes
  kEverything,  // defaults, too
};

std::string render(const policy::Explanation& explanation, Detail detail);
std::string render(const policy::ExplainedTable& table, Detail detail);

// One key with all that is known of it: what it lies over, its bounds, what a reload does.
std::string render(const policy::ExplainedKey& key);

}  // namespace millpond::cli
