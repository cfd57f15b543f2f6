// Findings as JSON, for `--json`: the same facts that render() shows, by name.
//
// Pure; safe from any thread. Any text is made valid UTF-8, so that writing the result never
// throws.
//
//   out << to_json(findings).dump(2) << "\n";
//   // [{"code": "M012", "severity": "error", "file": "pools.toml", "line": 31, …}]
#pragma once

#include <nlohmann/json.hpp>

#include "millpond/policy/finding.h"

namespace millpond::cli {

// `code`, `severity`, `file` and `message` always; `line`, `column` and `length` unless it concerns
// the file as a whole; `label`, `help`, `source_line`, `related` and `notes` unless they are empty.
nlohmann::ordered_json to_json(const policy::Finding& finding);

// An array of them.
nlohmann::ordered_json to_json(const policy::Findings& findings);

}  // namespace millpond::cli
