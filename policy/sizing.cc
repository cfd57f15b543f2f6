#include "millpond/policy/sizing.h"

#include <fmt/format.h>

#include <algorithm>

#include "millpond/policy/finding_codes.h"

namespace millpond::policy {

tl::expected<SizedPool, TextError> size_of(std::string_view formula, const Variables& variables) {
  auto evaluation = evaluate(formula, variables);
  if (!evaluation) {
    return tl::unexpected(std::move(evaluation.error()));
  }
  std::string steps = std::move(evaluation->steps);
  const Rational rounded = evaluation->value.ceil();
  if (rounded > Rational{kLargestSize}) {
    return tl::unexpected(
        TextError{.code = code::kSizeTooLarge,
                  .message = fmt::format("the size comes out as {}", rounded.to_text()),
                  .label = fmt::format("at most {}", kLargestSize),
                  .help = steps,
                  .offset = 0,
                  .length = formula.size()});
  }
  if (!evaluation->value.is_whole()) {
    steps += fmt::format(", rounded up to {}", rounded.to_text());
  }
  if (rounded < Rational{1}) {
    steps += ", raised to 1";
  }
  const std::int64_t size = std::max<std::int64_t>(1, rounded.numerator());
  return SizedPool{size, {.formula = std::string(formula), .steps = std::move(steps)}};
}

std::int64_t share_of(double share, std::int64_t size) {
  const auto part = Rational::near(share * 100);
  const auto scaled = part ? part->times(*Rational::of(size, 100)) : std::nullopt;
  return scaled ? scaled->ceil().numerator() : size;
}

}  // namespace millpond::policy
