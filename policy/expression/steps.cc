#include "millpond/policy/expression/steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "millpond/policy/expression/quantity.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kMostSteps = 8;

constexpr int kSum = 1;
constexpr int kProduct = 2;
constexpr int kTightest = 3;

// How tightly a node binds; what binds looser than its surroundings needs parentheses.
int binding(const Node& node) {
  if (node.kind != NodeKind::kOperation) {
    return kTightest;
  }
  return node.operation == '*' || node.operation == '/' ? kProduct : kSum;
}

// The same of a value: "-3" is no operand of its own, and "40/s" is a division.
int binding(std::string_view value) {
  if (value.starts_with('-')) {
    return 0;
  }
  return value.find('/') == std::string_view::npos ? kTightest : kProduct;
}

class Steps {
 public:
  Steps(const ExpressionTree& tree, const std::vector<Reduction>& values)
      : tree_(tree), values_(values), heights_(tree.size(), 0) {
    for (std::size_t i = 0; i < tree.size(); ++i) {
      for (const std::size_t child : tree[i].children) {
        heights_[i] = std::max(heights_[i], heights_[child]);
      }
      heights_[i] += is_reduced(tree[i]) ? 0 : 1;
    }
  }

  std::size_t last() const { return heights_.back(); }

  // The expression with everything up to `height` replaced by its value.
  std::string at(std::size_t height) const { return render(tree_.size() - 1, height); }

 private:
  // A variable is shown as its value from the first step on, a sign as part of its number, and
  // "500/s" as the rate it is a way of writing.
  bool is_reduced(const Node& node) const {
    return (node.kind != NodeKind::kOperation && node.kind != NodeKind::kCall) ||
           is_written_rate(node);
  }

  bool is_written_rate(const Node& node) const {
    return node.operation == '/' && is_number(node.children[0], Unit::kCount) &&
           is_number(node.children[1], Unit::kDuration);
  }

  bool is_number(std::size_t place, Unit unit) const {
    return tree_[place].kind == NodeKind::kNumber && tree_[place].number.unit == unit;
  }

  std::string render(std::size_t place, std::size_t height) const {
    const Node& node = tree_[place];
    if (heights_[place] <= height) {
      return to_text(values_[place].value);
    }
    if (node.kind == NodeKind::kNegation) {
      return "-" + operand(node.children[0], height, kTightest);
    }
    if (node.kind == NodeKind::kOperation) {
      const int own = binding(node);
      return fmt::format("{} {} {}", operand(node.children[0], height, own), node.operation,
                         operand(node.children[1], height, own + 1));
    }
    return fmt::format("{}({})", node.function->name, arguments(node, height));
  }

  std::string arguments(const Node& call, std::size_t height) const {
    std::string text;
    for (std::size_t i = 0; i < call.children.size(); ++i) {
      text += i == 0 ? "" : ", ";
      if (i >= call.unnamed) {
        text += fmt::format("{} = ", call.function->parameters[call.parameters[i]].name);
      }
      text += render(call.children[i], height);
    }
    return text;
  }

  std::string operand(std::size_t place, std::size_t height, int needed) const {
    const std::string text = render(place, height);
    const bool reduced = heights_[place] <= height;
    const bool bare = (reduced ? binding(text) : binding(tree_[place])) >= needed;
    return bare ? text : "(" + text + ")";
  }

  const ExpressionTree& tree_;
  const std::vector<Reduction>& values_;
  std::vector<std::size_t> heights_;  // reductions until the node is a number
};

// " (a = 10, ...)" where the whole expression is that call, else with its name and value in front.
std::string remarks(const ExpressionTree& tree, const std::vector<Reduction>& values) {
  if (!values.back().remark.empty()) {
    return fmt::format(" ({})", values.back().remark);
  }
  std::string text;
  for (std::size_t i = 0; i < tree.size(); ++i) {
    if (!values[i].remark.empty()) {
      text += fmt::format("{}{} = {}: {}", text.empty() ? " (" : "; ", tree[i].function->name,
                          to_text(values[i].value), values[i].remark);
    }
  }
  return text.empty() ? text : text + ")";
}

}  // namespace

std::string render_steps(const ExpressionTree& tree, const std::vector<Reduction>& values) {
  const Steps steps(tree, values);
  std::string text = steps.at(0);
  for (std::size_t height = 1; height <= steps.last(); ++height) {
    if (steps.last() > kMostSteps && height == kMostSteps) {
      text += " = ...";
    }
    if (height < kMostSteps || height == steps.last()) {
      text += " = " + steps.at(height);
    }
  }
  return text + remarks(tree, values);
}

}  // namespace millpond::policy
