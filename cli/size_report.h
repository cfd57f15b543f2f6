// `millpond size`'s answer, for people and for programs.
//
// Pure; safe from any thread.
//
//   surroundings.out << render_size(report);
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "millpond/cli/size_advice.h"

namespace millpond::cli {

struct SizeReport {
  SizeQuestion question{};
  std::vector<std::string_view> assumed{};  // the options that were not given and have a default
  SizeAdvice advice{};
};

// The answer in one line, then what the rules say side by side, then a table of sizes around it.
std::string render_size(const SizeReport& report);

// The same as JSON, indented; docs/commands.md has the shape.
std::string size_as_json(const SizeReport& report);

}  // namespace millpond::cli
