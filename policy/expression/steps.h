// How an expression came to its value, one reduction after the other, for people.
//
// Pure; safe from any thread.
//
//   "ceil(hikari(4, 1) / 2) = ceil(9 / 2) = ceil(4.5) = 5"
#pragma once

#include <string>
#include <vector>

#include "millpond/policy/expression/functions.h"
#include "millpond/policy/expression/parser.h"

namespace millpond::policy {

// `values` holds each node's value. Every step reduces all innermost operations at once; the middle
// of a very long chain is left out. What calls remark about their values follows at the end.
std::string render_steps(const ExpressionTree& tree, const std::vector<Reduction>& values);

}  // namespace millpond::policy
