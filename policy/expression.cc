#include "millpond/policy/expression.h"

#include <fmt/format.h>

#include <algorithm>

#include "millpond/policy/expression_functions.h"
#include "millpond/policy/expression_parser.h"
#include "millpond/policy/expression_steps.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

using Value = tl::expected<Rational, TextError>;

TextError error_at(const Node& node, const char* code, std::string message) {
  return {
      .code = code, .message = std::move(message), .offset = node.offset, .length = node.length};
}

TextError overflow_at(const Node& node) {
  return error_at(node, code::kOverflow, "the result does not fit into 64 bits");
}

TextError ambiguous_cores(const Node& node) {
  TextError error = error_at(node, code::kAmbiguousCores, "`cores` could mean two hosts");
  error.label = "write `server.cores` or `host.cores`";
  error.help =
      "server.cores are the database host's, which the hikari rule wants; host.cores are this "
      "host's";
  return error;
}

TextError unknown_name(const Node& node, const Variables& variables) {
  TextError error = error_at(node, code::kUnknownName, fmt::format("unknown name `{}`", node.name));
  if (const Function* const function = find_function(node.name)) {
    error.message = fmt::format("`{}` is a function", node.name);
    error.label = fmt::format("write {}", function->signature);
    return error;
  }
  std::vector<std::string_view> names;
  for (const Variable& variable : variables) {
    names.push_back(variable.name);
  }
  error.label = did_you_mean(node.name, names);
  error.help = "names are " + listed(names);
  return error;
}

Value value_of_variable(const Node& node, const Variables& variables) {
  if (node.name == "cores") {
    return tl::unexpected(ambiguous_cores(node));
  }
  const auto found =
      std::find_if(variables.begin(), variables.end(),
                   [&node](const Variable& variable) { return variable.name == node.name; });
  if (found == variables.end()) {
    return tl::unexpected(unknown_name(node, variables));
  }
  if (!found->value) {
    TextError error = error_at(node, code::kNotStated, fmt::format("`{}` is not known", node.name));
    error.help = found->when_missing;
    return tl::unexpected(std::move(error));
  }
  return *found->value;
}

std::optional<Rational> apply(char operation, Rational left, Rational right) {
  switch (operation) {
    case '+':
      return left.plus(right);
    case '-':
      return left.minus(right);
    case '*':
      return left.times(right);
    default:
      return left.over(right);
  }
}

class Evaluator {
 public:
  Evaluator(const ExpressionTree& tree, const Variables& variables)
      : tree_(tree), variables_(variables) {}

  tl::expected<std::vector<Rational>, TextError> values() {
    for (const Node& node : tree_) {
      const Value value = value_of(node);
      if (!value) {
        return tl::unexpected(value.error());
      }
      values_.push_back(*value);
    }
    return std::move(values_);
  }

 private:
  Value value_of(const Node& node) const {
    switch (node.kind) {
      case NodeKind::kNumber:
        return node.number;
      case NodeKind::kVariable:
        return value_of_variable(node, variables_);
      case NodeKind::kNegation:
        return checked(node, Rational{}.minus(values_[node.children[0]]));
      case NodeKind::kOperation:
        return value_of_operation(node);
      case NodeKind::kCall:
        break;
    }
    return value_of_call(node);
  }

  Value value_of_operation(const Node& node) const {
    const Rational right = values_[node.children[1]];
    if (node.operation == '/' && right.is_zero()) {
      TextError error =
          error_at(tree_[node.children[1]], code::kDivisionByZero, "division by zero");
      error.label = "this is 0";
      return tl::unexpected(std::move(error));
    }
    return checked(node, apply(node.operation, values_[node.children[0]], right));
  }

  Value value_of_call(const Node& node) const {
    std::vector<Rational> arguments;
    for (const std::size_t child : node.children) {
      arguments.push_back(values_[child]);
    }
    const auto outcome = node.function->apply(arguments);
    if (outcome) {
      return *outcome;
    }
    if (outcome.error() == Fault::kOverflow) {
      return tl::unexpected(overflow_at(node));
    }
    TextError error = error_at(node, code::kEmptyRange, "the range of `clamp` is empty");
    error.label = fmt::format("{} is above {}", arguments[1].to_text(), arguments[2].to_text());
    return tl::unexpected(std::move(error));
  }

  static Value checked(const Node& node, std::optional<Rational> value) {
    return value ? Value(*value) : tl::unexpected(overflow_at(node));
  }

  const ExpressionTree& tree_;
  const Variables& variables_;
  std::vector<Rational> values_;
};

}  // namespace

tl::expected<Evaluation, TextError> evaluate(std::string_view text, const Variables& variables) {
  const auto tree = parse_expression(text);
  if (!tree) {
    return tl::unexpected(tree.error());
  }
  const auto values = Evaluator(*tree, variables).values();
  if (!values) {
    return tl::unexpected(values.error());
  }
  return Evaluation{values->back(), render_steps(*tree, *values)};
}

}  // namespace millpond::policy
