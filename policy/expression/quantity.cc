#include "millpond/policy/expression/quantity.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "millpond/policy/duration.h"

namespace millpond::policy {
namespace {

constexpr std::int64_t kMicroseconds = 1'000'000;
constexpr std::int32_t kPercent = 100;

// A factor and its name: 1000 and "ms".
struct Scale {
  std::int32_t factor;
  std::string_view name;
};

// Ascending, so that the first that gives a whole number is the most natural one.
constexpr std::array kPerTime{Scale{1, "/s"}, Scale{60, "/m"}, Scale{3600, "/h"},
                              Scale{86'400, "/d"}};
constexpr std::array kPartsOfSecond{Scale{1, "s"}, Scale{1000, "ms"}, Scale{1'000'000, "us"}};

Quantity::Result checked(std::optional<Rational> amount, Unit unit) {
  return amount ? Quantity::Result(Quantity(*amount, unit))
                : tl::unexpected(ArithmeticFault::kOverflow);
}

std::optional<Unit> unit_of_product(Unit left, Unit right) {
  if (left == Unit::kRatio || left == Unit::kCount) {
    return left == Unit::kCount && right == Unit::kRatio ? left : right;
  }
  if (right == Unit::kRatio || right == Unit::kCount) {
    return left;
  }
  return left == right ? std::nullopt : std::optional(Unit::kCount);
}

std::optional<Unit> unit_of_quotient(Unit dividend, Unit divisor) {
  if (divisor == Unit::kRatio || divisor == Unit::kCount) {
    return dividend;
  }
  if (dividend == divisor) {
    return Unit::kCount;
  }
  if (dividend == Unit::kCount) {
    return divisor == Unit::kDuration ? Unit::kRate : Unit::kDuration;
  }
  return std::nullopt;
}

std::string ratio_text(Rational amount) {
  const auto percent = amount.times(Rational{kPercent});
  return percent ? percent->to_text() + "%" : fmt::format("~{:g}%", amount.to_double() * kPercent);
}

std::string rate_text(Rational amount) {
  for (const Scale& scale : kPerTime) {
    const auto scaled = amount.times(Rational{scale.factor});
    if (scaled && scaled->is_whole()) {
      return fmt::format("{}{}", scaled->numerator(), scale.name);
    }
  }
  return amount.to_text() + "/s";
}

// Finer than a microsecond, or longer than 64 bits of them: in the largest part of a second that
// leaves something before the point.
std::string odd_duration_text(Rational seconds) {
  std::string text = seconds.to_text() + "s";
  for (const Scale& scale : kPartsOfSecond) {
    const auto scaled = seconds.times(Rational{scale.factor});
    if (!scaled) {
      return text;
    }
    text = scaled->to_text() + std::string(scale.name);
    if (std::abs(scaled->to_double()) >= 1) {
      return text;
    }
  }
  return text;
}

std::string duration_text(Rational seconds) {
  const auto microseconds = seconds.times(*Rational::of(kMicroseconds, 1));
  return microseconds && microseconds->is_whole() ? to_text(Duration{microseconds->numerator()})
                                                  : odd_duration_text(seconds);
}

}  // namespace

Quantity::Result Quantity::plus(Quantity other) const {
  return unit == other.unit ? checked(amount.plus(other.amount), unit)
                            : tl::unexpected(ArithmeticFault::kUnitMismatch);
}

Quantity::Result Quantity::minus(Quantity other) const {
  return unit == other.unit ? checked(amount.minus(other.amount), unit)
                            : tl::unexpected(ArithmeticFault::kUnitMismatch);
}

Quantity::Result Quantity::times(Quantity other) const {
  const auto result = unit_of_product(unit, other.unit);
  return result ? checked(amount.times(other.amount), *result)
                : tl::unexpected(ArithmeticFault::kUnitMismatch);
}

Quantity::Result Quantity::over(Quantity other) const {
  const auto result = unit_of_quotient(unit, other.unit);
  if (!result) {
    return tl::unexpected(ArithmeticFault::kUnitMismatch);
  }
  if (other.amount.is_zero()) {
    return tl::unexpected(ArithmeticFault::kDivisionByZero);
  }
  return checked(amount.over(other.amount), *result);
}

Quantity::Result Quantity::negated() const {
  return checked(Rational{}.minus(amount), unit);
}

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::kCount:
      return "count";
    case Unit::kRatio:
      return "ratio";
    case Unit::kDuration:
      return "duration";
    case Unit::kRate:
      break;
  }
  return "rate";
}

std::string with_article(Unit unit) {
  return fmt::format("a {}", name_of(unit));
}

std::string to_text(const Quantity& quantity) {
  switch (quantity.unit) {
    case Unit::kCount:
      return quantity.amount.to_text();
    case Unit::kRatio:
      return ratio_text(quantity.amount);
    case Unit::kDuration:
      return duration_text(quantity.amount);
    case Unit::kRate:
      break;
  }
  return rate_text(quantity.amount);
}

std::optional<Quantity> one_of_unit(std::string_view name) {
  // More digits or a point would make it another number of that unit.
  const bool is_word = name.find_first_of("0123456789.") == std::string_view::npos;
  const auto length = parse_duration(fmt::format("1{}", name));
  if (!is_word || !length) {
    return std::nullopt;
  }
  return Quantity(*Rational::of(length->count(), kMicroseconds), Unit::kDuration);
}

}  // namespace millpond::policy
