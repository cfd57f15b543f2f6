// The little language of pool sizes: "ceil(hikari(server.cores, server.spindles) / 2)", or
// "erlang(rate = 500/s, hold = 20ms, p = 99%, wait = 5ms)".
//
// Pure; safe from any thread. Total: no loops, no assignment, exact arithmetic on values with units
// that says when it would overflow or mix them up, bounded length and depth.
//
//   auto size = evaluate("ceil(hikari(server.cores, 1) / 2)", {{"server.cores", Rational{4}, ""}});
//   // size->value == Rational{5}; size->steps == "ceil(hikari(4, 1) / 2) = ceil(9 / 2) = ceil(4.5)
//   = 5"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

// A name an expression may use. One that is known but has no value here says what to do about it.
struct Variable {
  std::string name;
  std::optional<Quantity> value;  // a Rational is a count
  std::string when_missing;
};

using Variables = std::vector<Variable>;

struct Evaluation {
  Quantity value;
  std::string steps;
};

tl::expected<Evaluation, TextError> evaluate(std::string_view text, const Variables& variables);

}  // namespace millpond::policy
