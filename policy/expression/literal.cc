#include "millpond/policy/expression/literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "millpond/policy/expression/text.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kMostDigits = 18;
constexpr std::string_view kPercent = "%";
constexpr char kUnits[] =
    "units are `us`, `ms`, `s`, `m`, `h`, `d` and `%`; a rate is a count by a duration, such as "
    "500/s";

// What people write for a unit, and the unit.
struct Spelling {
  std::string_view word;
  std::string_view unit;
};

constexpr std::array kSpellings{
    Spelling{"sec", "s"},           Spelling{"secs", "s"},         Spelling{"second", "s"},
    Spelling{"seconds", "s"},       Spelling{"min", "m"},          Spelling{"mins", "m"},
    Spelling{"minute", "m"},        Spelling{"minutes", "m"},      Spelling{"hr", "h"},
    Spelling{"hrs", "h"},           Spelling{"hour", "h"},         Spelling{"hours", "h"},
    Spelling{"day", "d"},           Spelling{"days", "d"},         Spelling{"msec", "ms"},
    Spelling{"msecs", "ms"},        Spelling{"millis", "ms"},      Spelling{"millisecond", "ms"},
    Spelling{"milliseconds", "ms"}, Spelling{"usec", "us"},        Spelling{"usecs", "us"},
    Spelling{"micros", "us"},       Spelling{"microsecond", "us"}, Spelling{"microseconds", "us"},
    Spelling{"percent", kPercent},
};

std::optional<std::string_view> intended_unit(std::string_view word) {
  std::vector<std::string_view> words;
  for (const Spelling& spelling : kSpellings) {
    if (edit_distance(word, spelling.unit) == 0) {
      return spelling.unit;  // in capitals
    }
    words.push_back(spelling.word);
  }
  const auto near = nearest(word, words);
  const auto* const found =
      std::find_if(kSpellings.begin(), kSpellings.end(),
                   [&near](const Spelling& spelling) { return spelling.word == near; });
  return found == kSpellings.end() ? std::nullopt : std::optional(found->unit);
}

std::optional<Quantity> unit_named(std::string_view word) {
  return word == kPercent ? Quantity(*Rational::of(1, 100), Unit::kRatio) : one_of_unit(word);
}

// A number and the word behind it, as places in the expression.
struct Parts {
  std::string_view expression;
  std::size_t start = 0;
  std::size_t decimals = 0;  // how many digits stand behind the point
  std::size_t number_end = 0;
  std::size_t unit = 0;  // where the word begins: after spaces, which is wrong
  std::size_t end = 0;

  std::string_view number() const { return expression.substr(start, number_end - start); }
  std::string_view word() const { return expression.substr(unit, end - unit); }
};

// The end of the word that begins at `at`; `at` itself where none does.
std::size_t end_of_word(std::string_view expression, std::size_t at) {
  const std::string_view rest = expression.substr(at);
  if (rest.starts_with(kPercent)) {
    return at + kPercent.size();
  }
  return rest.empty() || !starts_name(rest.front()) ? at : skip(expression, at, continues_name);
}

// After spaces a word may be something else: then the literal ends with the number, and what
// follows is the parser's business.
void add_unit(Parts& parts) {
  const std::size_t at = skip(parts.expression, parts.number_end, is_space);
  const std::size_t end = end_of_word(parts.expression, at);
  const std::string_view word = parts.expression.substr(at, end - at);
  const std::string_view behind = parts.expression.substr(skip(parts.expression, end, is_space));
  const bool is_called = behind.starts_with('(') || behind.starts_with('=');
  const bool is_variable = at > parts.number_end && word.find('.') != std::string_view::npos;
  if (!word.empty() && !is_called && !is_variable) {
    parts.unit = at;
    parts.end = end;
  }
}

tl::expected<Parts, TextError> parts_at(std::string_view expression, std::size_t start) {
  Parts parts{.expression = expression, .start = start};
  parts.number_end = skip(expression, start, is_digit);
  if (expression.substr(parts.number_end).starts_with('.')) {
    const std::size_t first = parts.number_end + 1;
    parts.number_end = skip(expression, first, is_digit);
    parts.decimals = parts.number_end - first;
    if (parts.decimals == 0) {
      return tl::unexpected(unexpected_at(expression, first, "expected a digit after the point"));
    }
  }
  parts.unit = parts.number_end;
  parts.end = parts.number_end;
  add_unit(parts);
  return parts;
}

tl::unexpected<TextError> too_large(const Parts& parts, std::string label) {
  return tl::unexpected(TextError{.code = code::kOverflow,
                                  .message = "the number is too large",
                                  .label = std::move(label),
                                  .offset = parts.start,
                                  .length = parts.end - parts.start});
}

tl::unexpected<TextError> unknown_unit(const Parts& parts) {
  const auto intended = intended_unit(parts.word());
  return tl::unexpected(TextError{
      .code = code::kUnknownUnit,
      .message = fmt::format("unknown unit `{}`", parts.word()),
      .label = intended ? fmt::format("did you mean `{}{}`?", parts.number(), *intended) : "",
      .help = kUnits,
      .offset = parts.unit,
      .length = parts.end - parts.unit});
}

tl::unexpected<TextError> detached_unit(const Parts& parts) {
  return tl::unexpected(
      TextError{.code = code::kUnknownUnit,
                .message = "a unit stands right behind its number",
                .label = fmt::format("write `{}{}`", parts.number(), parts.word()),
                .offset = parts.start,
                .length = parts.end - parts.start});
}

Rational number_of(const Parts& parts) {
  std::int64_t numerator = 0;
  for (const char c : parts.number()) {
    numerator = is_digit(c) ? numerator * 10 + (c - '0') : numerator;
  }
  std::int64_t denominator = 1;
  for (std::size_t i = 0; i < parts.decimals; ++i) {
    denominator *= 10;
  }
  return *Rational::of(numerator, denominator);
}

}  // namespace

tl::expected<Literal, TextError> read_literal(std::string_view expression, std::size_t start) {
  const auto parts = parts_at(expression, start);
  if (!parts) {
    return tl::unexpected(parts.error());
  }
  const std::size_t point = parts->decimals > 0 ? 1 : 0;
  if (parts->number().size() > kMostDigits + point) {
    return too_large(*parts, fmt::format("at most {} digits", kMostDigits));
  }
  if (parts->word().empty()) {
    return Literal{number_of(*parts), parts->end};
  }
  const auto unit = unit_named(parts->word());
  if (!unit) {
    return unknown_unit(*parts);
  }
  if (parts->unit > parts->number_end) {
    return detached_unit(*parts);
  }
  const auto amount = unit->amount.times(number_of(*parts));
  if (!amount) {
    return too_large(*parts, "it does not fit into 64 bits");
  }
  return Literal{{*amount, unit->unit}, parts->end};
}

}  // namespace millpond::policy
