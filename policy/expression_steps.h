// How an expression came to its value, one reduction after the other, for people.
//
// Pure; safe from any thread.
//
//   "ceil(hikari(4, 1) / 2) = ceil(9 / 2) = ceil(4.5) = 5"
#pragma once

#include <string>
#include <vector>

#include "millpond/policy/expression_parser.h"
#include "millpond/policy/rational.h"

namespace millpond::policy {

// `values` holds each node's value. Every step reduces all innermost operations at once; the middle
// of a very long chain is left out.
std::string render_steps(const ExpressionTree& tree, const std::vector<Rational>& values);

}  // namespace millpond::policy
