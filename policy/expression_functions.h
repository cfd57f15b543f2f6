// The functions an expression may call: one row each.
//
// Pure; safe from any thread.
//
//   find_function("hikari")->apply(arguments)
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/rational.h"

namespace millpond::policy {

enum class Fault { kOverflow, kEmptyRange };

struct Function {
  std::string_view name;
  std::size_t least_arguments;
  std::size_t most_arguments;
  std::string_view signature;  // "clamp(x, low, high)"
  std::string_view meaning;    // for the documentation; empty where the name says it
  tl::expected<Rational, Fault> (*apply)(std::span<const Rational> arguments);
};

// Null when there is no such function.
const Function* find_function(std::string_view name);

std::vector<std::string_view> function_names();

}  // namespace millpond::policy
