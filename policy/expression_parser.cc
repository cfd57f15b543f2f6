#include "millpond/policy/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "millpond/policy/display.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kMostBytes = 1000;
constexpr std::size_t kMostNodes = 200;
constexpr int kMostDepth = 32;
constexpr std::size_t kMostDigits = 18;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool continues_name(char c) {
  return starts_name(c) || is_digit(c) || c == '.';
}

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
    while (at_ < text_.size() && is_space(text_[at_])) {
      ++at_;
    }
    return at_ < text_.size() ? std::optional(text_[at_]) : std::nullopt;
  }

  bool take(char expected) {
    const bool found = peek() == expected;
    at_ += found ? 1 : 0;
    return found;
  }

  template <class Predicate>
  std::string_view take_while(Predicate predicate) {
    const std::size_t start = at_;
    while (at_ < text_.size() && predicate(text_[at_])) {
      ++at_;
    }
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
    std::string digits(take_while(is_digit));
    std::size_t decimals = 0;
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      const std::string_view fraction = take_while(is_digit);
      decimals = fraction.size();
      digits += fraction;
      if (decimals == 0) {
        return tl::unexpected(unexpected_here("expected a digit after the point"));
      }
    }
    const std::size_t length = at_ - offset;
    if (digits.size() > kMostDigits) {
      return tl::unexpected(TextError{.code = code::kOverflow,
                                      .message = "the number is too large",
                                      .label = fmt::format("at most {} digits", kMostDigits),
                                      .offset = offset,
                                      .length = length});
    }
    return add({.offset = offset, .length = length, .number = value_of(digits, decimals)});
  }

  static Rational value_of(const std::string& digits, std::size_t decimals) {
    std::int64_t numerator = 0;
    for (const char c : digits) {
      numerator = numerator * 10 + (c - '0');
    }
    std::int64_t denominator = 1;
    for (std::size_t i = 0; i < decimals; ++i) {
      denominator *= 10;
    }
    return *Rational::of(numerator, denominator);
  }

  Index name() {
    const std::size_t offset = at_;
    const std::string_view word = take_while(continues_name);
    if (peek() == '(') {
      return call(word, offset);
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
    auto arguments = this->arguments();
    if (!arguments) {
      return tl::unexpected(arguments.error());
    }
    const std::size_t count = arguments->size();
    if (count < function->least_arguments || count > function->most_arguments) {
      return tl::unexpected(wrong_count(*function, count, offset));
    }
    return add({.kind = NodeKind::kCall,
                .offset = offset,
                .length = at_ - offset,
                .function = function,
                .children = *std::move(arguments)});
  }

  // From the opening to behind the closing parenthesis.
  tl::expected<std::vector<std::size_t>, TextError> arguments() {
    std::vector<std::size_t> places;
    take('(');
    if (take(')')) {
      return places;
    }
    do {
      const Index argument = sum();
      if (!argument) {
        return tl::unexpected(argument.error());
      }
      places.push_back(*argument);
    } while (take(','));
    if (!take(')')) {
      return tl::unexpected(unexpected_here("expected an operator, `,` or `)`"));
    }
    return places;
  }

  TextError wrong_count(const Function& function, std::size_t count, std::size_t offset) const {
    return {.code = code::kArgumentCount,
            .message = fmt::format("`{}` called with {} argument{}", function.name, count,
                                   count == 1 ? "" : "s"),
            .label = fmt::format("expected {}", function.signature),
            .offset = offset,
            .length = at_ - offset};
  }

  static TextError too_complex(std::string label, std::size_t offset, std::size_t length) {
    return {.code = code::kTooComplex,
            .message = "the expression is too complex",
            .label = std::move(label),
            .offset = offset,
            .length = length};
  }

  TextError unexpected_here(std::string label) {
    TextError error{.code = code::kExpressionSyntax,
                    .message = "the expression ends too early",
                    .label = std::move(label),
                    .offset = at_,
                    .length = 1};
    if (peek()) {
      error.offset = at_;
      error.length = first_character(text_.substr(at_)).bytes;
      error.message =
          fmt::format("unexpected `{}` in the expression", text_.substr(at_, error.length));
    }
    return error;
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
