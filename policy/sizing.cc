#include "millpond/policy/sizing.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/expression/rational.h"
#include "millpond/policy/finding_codes.h"

namespace millpond::policy {

namespace {

std::string_view way_to_a_count(Unit unit) {
  switch (unit) {
    case Unit::kRatio:
      return "a ratio is a part of something: multiply it, as in 25% * server.max";
    case Unit::kDuration:
      return "divide it by a duration, or multiply it by a rate: 500/s * 20ms is 10";
    default:
      break;
  }
  return "multiply it by a duration: 500/s * 20ms is 10";
}

TextError no_count(std::string_view formula, const Quantity& value) {
  return {
      .code = code::kUnitMismatch,
      .message = "a size is a count",
      .label = fmt::format("this comes out as {}, {}", with_article(value.unit), to_text(value)),
      .help = std::string(way_to_a_count(value.unit)),
      .offset = 0,
      .length = formula.size()};
}

}  // namespace

tl::expected<SizedPool, TextError> size_of(std::string_view formula, const Variables& variables) {
  auto evaluation = evaluate(formula, variables);
  if (!evaluation) {
    return tl::unexpected(std::move(evaluation.error()));
  }
  if (evaluation->value.unit != Unit::kCount) {
    return tl::unexpected(no_count(formula, evaluation->value));
  }
  std::string steps = std::move(evaluation->steps);
  const Rational value = evaluation->value.amount;
  const Rational rounded = value.ceil();
  if (rounded > Rational{kLargestSize}) {
    return tl::unexpected(
        TextError{.code = code::kSizeTooLarge,
                  .message = fmt::format("the size comes out as {}", rounded.to_text()),
                  .label = fmt::format("at most {}", kLargestSize),
                  .help = steps == formula ? "look for a wrong unit or a missing division"
                                           : fmt::format("it comes about so: {}", steps),
                  .offset = 0,
                  .length = formula.size()});
  }
  if (!value.is_whole()) {
    steps += fmt::format(", rounded up to {}", rounded.to_text());
  }
  return SizedPool{rounded.numerator(),
                   {.formula = std::string(formula), .steps = std::move(steps)}};
}

std::int64_t share_of(double share, std::int64_t size) {
  const auto part = Rational::near(share * 100);
  const auto scaled = part ? part->times(*Rational::of(size, 100)) : std::nullopt;
  return scaled ? scaled->ceil().numerator() : size;
}

}  // namespace millpond::policy
