#include "millpond/policy/expression_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace millpond::policy {
namespace {

constexpr std::size_t kMostSteps = 8;

// How tightly a node binds; what binds looser than its surroundings needs parentheses.
int binding(const Node& node) {
  if (node.kind != NodeKind::kOperation) {
    return 3;
  }
  return node.operation == '*' || node.operation == '/' ? 2 : 1;
}

class Steps {
 public:
  Steps(const ExpressionTree& tree, const std::vector<Rational>& values)
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
  // A variable is shown as its value from the first step on, a sign as part of its number.
  static bool is_reduced(const Node& node) {
    return node.kind != NodeKind::kOperation && node.kind != NodeKind::kCall;
  }

  std::string render(std::size_t place, std::size_t height) const {
    const Node& node = tree_[place];
    if (heights_[place] <= height) {
      return values_[place].to_text();
    }
    if (node.kind == NodeKind::kNegation) {
      return "-" + operand(node.children[0], height, 3);
    }
    if (node.kind == NodeKind::kOperation) {
      const int own = binding(node);
      return fmt::format("{} {} {}", operand(node.children[0], height, own), node.operation,
                         operand(node.children[1], height, own + 1));
    }
    std::string arguments;
    for (const std::size_t child : node.children) {
      arguments += arguments.empty() ? "" : ", ";
      arguments += render(child, height);
    }
    return fmt::format("{}({})", node.function->name, arguments);
  }

  std::string operand(std::size_t place, std::size_t height, int needed) const {
    const std::string text = render(place, height);
    const bool reduced = heights_[place] <= height;
    const bool bare = reduced ? !text.starts_with('-') : binding(tree_[place]) >= needed;
    return bare ? text : "(" + text + ")";
  }

  const ExpressionTree& tree_;
  const std::vector<Rational>& values_;
  std::vector<std::size_t> heights_;  // reductions until the node is a number
};

}  // namespace

std::string render_steps(const ExpressionTree& tree, const std::vector<Rational>& values) {
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
  return text;
}

}  // namespace millpond::policy
