#include "millpond/policy/expression/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "millpond/policy/expression/arguments.h"
#include "millpond/policy/expression/literal.h"
#include "millpond/policy/expression/text.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kMostBytes = 1000;
constexpr std::size_t kMostNodes = 200;
constexpr int kMostDepth = 32;

using Index = tl::expected<std::size_t, TextError>;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  tl::expected<ExpressionTree, TextError> parse() {
    if (text_.size() > kMostBytes) {
      return tl::unexpected(
          too_complex(fmt::format("longer than {} characters", kMostBytes), 0, text_.size()));
    }
    const Index root = sum();
    if (!root) {
      return tl::unexpected(root.error());
    }
    if (!peek()) {
      return std::move(tree_);
    }
    return tl::unexpected(unexpected_here("expected an operator or the end"));
  }

 private:
  // Counts how deep the recursion is, for as long as it lives.
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    ~Level() { --depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    int& depth_;
  };

  // The next character that is no space; nothing at the end.
  std::optional<char> peek() {
    at_ = skip(text_, at_, is_space);
    return at_ < text_.size() ? std::optional(text_[at_]) : std::nullopt;
  }

  bool take(char expected) {
    const bool found = peek() == expected;
    at_ += found ? 1 : 0;
    return found;
  }

  std::string_view take_word() {
    const std::size_t start = at_;
    at_ = skip(text_, at_, continues_name);
    return text_.substr(start, at_ - start);
  }

  Index add(Node node) {
    if (tree_.size() == kMostNodes) {
      return tl::unexpected(
          too_complex(fmt::format("more than {} terms", kMostNodes), node.offset, node.length));
    }
    tree_.push_back(std::move(node));
    return tree_.size() - 1;
  }

  Index operation(char sign, std::size_t left, std::size_t right) {
    const std::size_t offset = tree_[left].offset;
    const std::size_t end = tree_[right].offset + tree_[right].length;
    return add({.kind = NodeKind::kOperation,
                .offset = offset,
                .length = end - offset,
                .operation = sign,
                .children = {left, right}});
  }

  Index sum() { return chain("+-", &Parser::product); }
  Index product() { return chain("*/", &Parser::signed_operand); }

  // Operands joined by the given signs, grouped from the left.
  Index chain(std::string_view signs, Index (Parser::*operand)()) {
    Index left = (this->*operand)();
    while (left) {
      const auto next = peek();
      if (!next || signs.find(*next) == std::string_view::npos) {
        return left;
      }
      ++at_;
      const Index right = (this->*operand)();
      left = right ? operation(*next, *left, *right) : right;
    }
    return left;
  }

  Index signed_operand() {
    const Level level(depth_);
    const auto next = peek();
    if (depth_ > kMostDepth) {
      return tl::unexpected(
          too_complex(fmt::format("nested deeper than {} levels", kMostDepth), at_, 1));
    }
    if (next != '-') {
      return primary();
    }
    const std::size_t offset = at_++;
    Index operand = signed_operand();
    if (!operand) {
      return operand;
    }
    const std::size_t end = tree_[*operand].offset + tree_[*operand].length;
    return add({.kind = NodeKind::kNegation,
                .offset = offset,
                .length = end - offset,
                .children = {*operand}});
  }

  Index primary() {
    const auto next = peek();
    if (!next) {
      return tl::unexpected(unexpected_here(kExpectedOperand));
    }
    if (is_digit(*next)) {
      return number();
    }
    if (starts_name(*next)) {
      return name();
    }
    return *next == '(' ? parenthesised() : tl::unexpected(unexpected_here(kExpectedOperand));
  }

  Index number() {
    const std::size_t offset = at_;
    const auto literal = read_literal(text_, offset);
    if (!literal) {
      return tl::unexpected(literal.error());
    }
    at_ = literal->end;
    return add({.offset = offset, .length = at_ - offset, .number = literal->value});
  }

  Index name() {
    const std::size_t offset = at_;
    const std::string_view word = take_word();
    if (peek() == '(') {
      return call(word, offset);
    }
    // A unit alone is one of it: the second of "500/s".
    if (const auto unit = one_of_unit(word)) {
      return add({.offset = offset, .length = word.size(), .number = *unit});
    }
    return add({.kind = NodeKind::kVariable,
                .offset = offset,
                .length = word.size(),
                .name = std::string(word)});
  }

  Index parenthesised() {
    const std::size_t offset = at_++;
    Index inner = sum();
    if (!inner) {
      return inner;
    }
    if (!take(')')) {
      return tl::unexpected(unexpected_here("expected an operator or `)`"));
    }
    tree_[*inner].offset = offset;
    tree_[*inner].length = at_ - offset;
    return inner;
  }

  Index call(std::string_view word, std::size_t offset) {
    const Function* const function = find_function(word);
    if (function == nullptr) {
      return tl::unexpected(TextError{.code = code::kUnknownName,
                                      .message = fmt::format("unknown function `{}`", word),
                                      .label = did_you_mean(word, function_names()),
                                      .help = "functions are " + listed(function_names()),
                                      .offset = offset,
                                      .length = word.size()});
    }
    WrittenCall written{.offset = offset};
    auto children = arguments(written);
    if (!children) {
      return tl::unexpected(std::move(children.error()));
    }
    written.length = at_ - offset;
    auto parameters = match_arguments(*function, written);
    if (!parameters) {
      return tl::unexpected(std::move(parameters.error()));
    }
    return add({.kind = NodeKind::kCall,
                .offset = offset,
                .length = written.length,
                .function = function,
                .children = *std::move(children),
                .parameters = *std::move(parameters),
                .unnamed = count_unnamed(written)});
  }

  static std::size_t count_unnamed(const WrittenCall& call) {
    const auto is_named = [](const WrittenArgument& argument) { return !argument.name.empty(); };
    return static_cast<std::size_t>(
        std::find_if(call.arguments.begin(), call.arguments.end(), is_named) -
        call.arguments.begin());
  }

  // From the opening to behind the closing parenthesis: the values' places.
  tl::expected<std::vector<std::size_t>, TextError> arguments(WrittenCall& call) {
    std::vector<std::size_t> places;
    take('(');
    if (take(')')) {
      return places;
    }
    do {
      WrittenArgument argument = argument_name();
      const Index value = sum();
      if (!value) {
        return tl::unexpected(value.error());
      }
      if (argument.name.empty()) {
        argument.offset = tree_[*value].offset;
        argument.length = tree_[*value].length;
      }
      call.arguments.push_back(argument);
      places.push_back(*value);
    } while (take(','));
    if (!take(')')) {
      return tl::unexpected(unexpected_here("expected an operator, `,` or `)`"));
    }
    return places;
  }

  // The name and the "=" behind it; an empty name, and nothing taken, where a value begins.
  WrittenArgument argument_name() {
    const auto next = peek();
    const std::size_t start = at_;
    const std::string_view word = next && starts_name(*next) ? take_word() : std::string_view{};
    if (!word.empty() && take('=')) {
      return {.name = word, .offset = start, .length = word.size()};
    }
    at_ = start;
    return {};
  }

  static TextError too_complex(std::string label, std::size_t offset, std::size_t length) {
    return {.code = code::kTooComplex,
            .message = "the expression is too complex",
            .label = std::move(label),
            .offset = offset,
            .length = length};
  }

  TextError unexpected_here(std::string label) const {
    return unexpected_at(text_, at_, std::move(label));
  }

  static constexpr char kExpectedOperand[] = "expected a number, a name or `(`";

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  ExpressionTree tree_;
};

}  // namespace

tl::expected<ExpressionTree, TextError> parse_expression(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace millpond::policy
