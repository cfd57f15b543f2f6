#include "millpond/policy/expression/rational.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace millpond::policy {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kThousand = 1000;

__int128 magnitude(__int128 value) {
  return value < 0 ? -value : value;
}

__int128 greatest_common_divisor(__int128 a, __int128 b) {
  while (b != 0) {
    const __int128 rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

}  // namespace

std::optional<Rational> Rational::of(__int128 numerator, __int128 denominator) {
  if (denominator == 0) {
    return std::nullopt;
  }
  const __int128 divisor = greatest_common_divisor(magnitude(numerator), magnitude(denominator));
  const __int128 sign = denominator < 0 ? -1 : 1;
  const __int128 reduced_numerator = sign * numerator / divisor;
  const __int128 reduced_denominator = sign * denominator / divisor;
  if (magnitude(reduced_numerator) > kLargest || reduced_denominator > kLargest) {
    return std::nullopt;
  }
  Rational result;
  result.numerator_ = static_cast<std::int64_t>(reduced_numerator);
  result.denominator_ = static_cast<std::int64_t>(reduced_denominator);
  return result;
}

std::optional<Rational> Rational::near(double value) {
  const double scaled = std::round(value * kThousand);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!(std::abs(scaled) <= kExact)) {
    return std::nullopt;
  }
  return of(static_cast<std::int64_t>(scaled), kThousand);
}

// Products of two 64-bit numbers stay below 2^126, so the sum of two of them fits 128 bits.
std::optional<Rational> Rational::plus(Rational other) const {
  return of(static_cast<__int128>(numerator_) * other.denominator_ +
                static_cast<__int128>(other.numerator_) * denominator_,
            static_cast<__int128>(denominator_) * other.denominator_);
}

std::optional<Rational> Rational::minus(Rational other) const {
  other.numerator_ = -other.numerator_;
  return plus(other);
}

std::optional<Rational> Rational::times(Rational other) const {
  return of(static_cast<__int128>(numerator_) * other.numerator_,
            static_cast<__int128>(denominator_) * other.denominator_);
}

std::optional<Rational> Rational::over(Rational other) const {
  return of(static_cast<__int128>(numerator_) * other.denominator_,
            static_cast<__int128>(denominator_) * other.numerator_);
}

Rational Rational::floor() const {
  const bool cut_upwards = numerator_ < 0 && numerator_ % denominator_ != 0;
  Rational result;
  result.numerator_ = numerator_ / denominator_ - (cut_upwards ? 1 : 0);
  return result;
}

Rational Rational::ceil() const {
  Rational result = floor();
  result.numerator_ += is_whole() ? 0 : 1;
  return result;
}

Rational Rational::round() const {
  const __int128 doubled = magnitude(static_cast<__int128>(numerator_)) * 2 + denominator_;
  const auto whole = static_cast<std::int64_t>(doubled / (static_cast<__int128>(denominator_) * 2));
  Rational result;
  result.numerator_ = numerator_ < 0 ? -whole : whole;
  return result;
}

double Rational::to_double() const {
  return static_cast<double>(numerator_) / static_cast<double>(denominator_);
}

std::string Rational::to_text() const {
  if (is_whole()) {
    return fmt::format("{}", numerator_);
  }
  const auto thousandths = magnitude(static_cast<__int128>(numerator_)) * kThousand;
  const bool exact = thousandths % denominator_ == 0;
  const __int128 rounded =
      (thousandths * 2 + denominator_) / (static_cast<__int128>(denominator_) * 2);
  const auto whole = static_cast<std::int64_t>(rounded / kThousand);
  std::string decimals = fmt::format("{:03}", static_cast<std::int64_t>(rounded % kThousand));
  while (exact && decimals.ends_with('0')) {
    decimals.pop_back();
  }
  return fmt::format("{}{}{}.{}", exact ? "" : "~", numerator_ < 0 ? "-" : "", whole, decimals);
}

std::strong_ordering Rational::operator<=>(const Rational& other) const {
  const __int128 left = static_cast<__int128>(numerator_) * other.denominator_;
  const __int128 right = static_cast<__int128>(other.numerator_) * denominator_;
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

}  // namespace millpond::policy
