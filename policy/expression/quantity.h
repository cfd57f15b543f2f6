// A number with its unit: 17, 25%, 250ms or 40/s, and what may be done with two of them.
//
// A value; every operation is exact or says why it has no result.
//
//   const Quantity rate{Rational{40}, Unit::kRate};
//   rate.times({*Rational::of(1, 4), Unit::kDuration});  // the count 10
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/expression/rational.h"

namespace millpond::policy {

enum class Unit {
  kCount,
  kRatio,     // a part: 25% is 1/4
  kDuration,  // in seconds
  kRate,      // per second
};

enum class ArithmeticFault { kOverflow, kDivisionByZero, kUnitMismatch };

struct Quantity {
  using Result = tl::expected<Quantity, ArithmeticFault>;

  Rational amount{};
  Unit unit = Unit::kCount;

  constexpr Quantity() = default;
  // Implicit, so that a plain number is a count wherever a quantity is wanted.
  constexpr Quantity(Rational number, Unit of = Unit::kCount) : amount(number), unit(of) {}

  Result plus(Quantity other) const;   // of one unit only
  Result minus(Quantity other) const;  // likewise
  Result times(Quantity other) const;  // a rate and a duration make a count
  Result over(Quantity other) const;   // a count and a duration make a rate; and so on
  Result negated() const;

  bool operator==(const Quantity&) const = default;
};

// "count", "ratio", "duration", "rate"; with "a " in front.
std::string_view name_of(Unit unit);
std::string with_article(Unit unit);

// As an expression writes it: "17", "25%", "250ms", "40/s"; with "~" where decimals were left out.
std::string to_text(const Quantity& quantity);

// What a duration's unit, such as "ms", is one of; nothing for any other word.
std::optional<Quantity> one_of_unit(std::string_view name);

}  // namespace millpond::policy
