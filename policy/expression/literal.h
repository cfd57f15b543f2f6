// Numbers as expressions write them, with the unit right behind: "10", "0.99", "25%", "250ms".
//
// Pure; safe from any thread.
//
//   read_literal("2 * 250ms", 4)->end == 9
#pragma once

#include <cstddef>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

struct Literal {
  Quantity value{};
  std::size_t end = 0;
};

// The literal at `start` of an expression, where a digit must stand. A word behind the number that
// is no unit is an error, unless it can only be a function, a variable or an argument's name.
tl::expected<Literal, TextError> read_literal(std::string_view expression, std::size_t start);

}  // namespace millpond::policy
