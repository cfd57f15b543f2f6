#include "millpond/policy/expression/expression.h"

#include <fmt/format.h>

#include <algorithm>

#include "millpond/policy/expression/functions.h"
#include "millpond/policy/expression/parser.h"
#include "millpond/policy/expression/steps.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

using Value = tl::expected<Quantity, TextError>;
using Step = tl::expected<Reduction, TextError>;

TextError error_at(const Node& node, const char* code, std::string message) {
  return {
      .code = code, .message = std::move(message), .offset = node.offset, .length = node.length};
}

TextError placed(TextError error, const Node& node) {
  error.offset = node.offset;
  error.length = node.length;
  return error;
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
  error.help = names.empty() ? "no names are known here" : "names are " + listed(names);
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

// What somebody who writes `left operation right` may have meant; the units do not go together.
std::string help_for(char operation, const Quantity& left, const Quantity& right) {
  const auto either = [&](Unit unit) { return left.unit == unit || right.unit == unit; };
  const bool is_sum = operation == '+' || operation == '-';
  if (is_sum && either(Unit::kRatio)) {
    return "a ratio is a part of something: to add a quarter write `x * 125%`, to take a quarter "
           "away `x * 75%`";
  }
  if (is_sum && either(Unit::kCount) && either(Unit::kDuration)) {
    return "a number without a unit is a count: `5s` is a duration";
  }
  if (left.unit != right.unit) {
    return "a rate times a duration is a count, and a count by a duration is a rate";
  }
  return "divide the one by the other to get a count, or multiply by a plain number";
}

TextError mismatch(char operation, const Quantity& left, const Quantity& right) {
  return {.code = code::kUnitMismatch,
          .message = fmt::format("`{}` does not go with these units", operation),
          .label = fmt::format("{} and {}", with_article(left.unit), with_article(right.unit)),
          .help = help_for(operation, left, right)};
}

Quantity::Result apply(char operation, const Quantity& left, const Quantity& right) {
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

  tl::expected<std::vector<Reduction>, TextError> values() {
    for (const Node& node : tree_) {
      Step step = reduce(node);
      if (!step) {
        return tl::unexpected(std::move(step.error()));
      }
      values_.push_back(*std::move(step));
    }
    return std::move(values_);
  }

 private:
  Step reduce(const Node& node) const {
    return node.kind == NodeKind::kCall ? reduce_call(node)
                                        : value_of(node).map([](const Quantity& value) {
                                            return Reduction{.value = value};
                                          });
  }

  Value value_of(const Node& node) const {
    switch (node.kind) {
      case NodeKind::kNumber:
        return node.number;
      case NodeKind::kVariable:
        return value_of_variable(node, variables_);
      case NodeKind::kNegation:
        return checked(node, value_at(node.children[0]).negated());
      default:
        break;
    }
    return checked(node,
                   apply(node.operation, value_at(node.children[0]), value_at(node.children[1])));
  }

  Step reduce_call(const Node& node) const {
    std::vector<Quantity> arguments(node.children.size());
    std::vector<std::size_t> places(node.children.size());
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      arguments[node.parameters[i]] = value_at(node.children[i]);
      places[node.parameters[i]] = node.children[i];
    }
    return call(*node.function, arguments).map_error([&](CallError error) {
      const Node& place = error.argument ? tree_[places[*error.argument]] : node;
      return placed(std::move(error.error), place);
    });
  }

  Value checked(const Node& node, const Quantity::Result& result) const {
    if (result) {
      return *result;
    }
    switch (result.error()) {
      case ArithmeticFault::kUnitMismatch:
        return tl::unexpected(
            placed(mismatch(node.operation, value_at(node.children[0]), value_at(node.children[1])),
                   node));
      case ArithmeticFault::kDivisionByZero:
        return tl::unexpected(placed(
            {.code = code::kDivisionByZero, .message = "division by zero", .label = "this is 0"},
            tree_[node.children[1]]));
      case ArithmeticFault::kOverflow:
        break;
    }
    return tl::unexpected(error_at(node, code::kOverflow, "the result does not fit into 64 bits"));
  }

  const Quantity& value_at(std::size_t place) const { return values_[place].value; }

  const ExpressionTree& tree_;
  const Variables& variables_;
  std::vector<Reduction> values_;
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
  return Evaluation{values->back().value, render_steps(*tree, *values)};
}

}  // namespace millpond::policy
