// An exact number, so that ceil(1.1 * 10) is 11 as on paper and not 12 as in binary.
//
// A value; every operation either is exact or says that it would leave 64 bits.
//
//   *(*Rational::of(9, 2)).ceil() == *Rational::of(5, 1)
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace millpond::policy {

class Rational {
 public:
  constexpr Rational() = default;
  constexpr explicit Rational(std::int32_t whole) : numerator_(whole) {}

  // Nothing when the denominator is 0 or the reduced fraction needs more than 64 bits.
  static std::optional<Rational> of(__int128 numerator, __int128 denominator);

  // To the nearest thousandth: measured values, such as a CPU quota, mean no more than that.
  static std::optional<Rational> near(double value);

  std::optional<Rational> plus(Rational other) const;
  std::optional<Rational> minus(Rational other) const;
  std::optional<Rational> times(Rational other) const;
  std::optional<Rational> over(Rational other) const;  // nothing for a division by zero, too

  Rational ceil() const;
  Rational floor() const;
  Rational round() const;  // halves away from zero

  bool is_zero() const { return numerator_ == 0; }
  bool is_whole() const { return denominator_ == 1; }
  bool is_negative() const { return numerator_ < 0; }
  std::int64_t numerator() const { return numerator_; }

  // The nearest binary number, for what has no exact answer anyway.
  double to_double() const;

  // "4.5"; "~3.333" where three decimals are not exact.
  std::string to_text() const;

  bool operator==(const Rational&) const = default;
  std::strong_ordering operator<=>(const Rational& other) const;

 private:
  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;  // above zero; the fraction is always reduced
};

}  // namespace millpond::policy
