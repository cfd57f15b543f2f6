// The grammar of expressions: text to a tree whose nodes remember their place.
//
// Pure; safe from any thread. Total: length, depth and number of nodes are bounded.
//
//   sum      = product { ("+" | "-") product }
//   product  = signed { ("*" | "/") signed }
//   signed   = "-" signed | primary
//   primary  = number [ unit ] | unit | name [ "(" [ argument { "," argument } ] ")" ] | "(" sum
//   ")" argument = [ name "=" ] sum
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/expression/functions.h"
#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

enum class NodeKind { kNumber, kVariable, kNegation, kOperation, kCall };

struct Node {
  NodeKind kind = NodeKind::kNumber;
  std::size_t offset = 0;  // bytes into the expression; parentheses around it included
  std::size_t length = 0;
  Quantity number{};                      // kNumber
  std::string name{};                     // kVariable
  char operation = 0;                     // kOperation: + - * /
  const Function* function = nullptr;     // kCall
  std::vector<std::size_t> children{};    // places in ExpressionTree, as written
  std::vector<std::size_t> parameters{};  // kCall: each child's place among the function's
  std::size_t unnamed = 0;                // kCall: so many children stand first, without a name
};

// Children stand before their parents; the root is the last.
using ExpressionTree = std::vector<Node>;

tl::expected<ExpressionTree, TextError> parse_expression(std::string_view text);

}  // namespace millpond::policy
