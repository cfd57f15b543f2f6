#include "millpond/policy/expression/rational.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <limits>

namespace millpond::policy {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

Rational of(std::int64_t numerator, std::int64_t denominator) {
  return Rational::of(numerator, denominator).value();
}

TEST(Rational, IsExactWhereBinaryFractionsAreNot) {
  EXPECT_EQ(of(11, 10).times(Rational{10})->ceil(), Rational{11});
}

TEST(Rational, SaysWhenAResultNeedsMoreThan64Bits) {
  EXPECT_FALSE(of(kLargest, 1).plus(Rational{1}));
  EXPECT_FALSE(of(kLargest, 1).times(Rational{2}));
  EXPECT_FALSE(of(1, kLargest).over(Rational{2}));
  EXPECT_FALSE(Rational{1}.over(Rational{0}));
  EXPECT_TRUE(of(kLargest, 1).minus(Rational{1}));
}

TEST(Rational, RoundsBelowZeroAsAbove) {
  EXPECT_EQ(of(-5, 2).floor(), Rational{-3});
  EXPECT_EQ(of(-5, 2).ceil(), Rational{-2});
  EXPECT_EQ(of(-5, 2).round(), Rational{-3});
  EXPECT_EQ(of(5, 2).round(), Rational{3});
  EXPECT_EQ(of(4, 1).ceil(), Rational{4});
}

TEST(Rational, IsWrittenWithAtMostThreeDecimals) {
  EXPECT_EQ(of(9, 2).to_text(), "4.5");
  EXPECT_EQ(of(-1, 8).to_text(), "-0.125");
  EXPECT_EQ(of(10, 3).to_text(), "~3.333");
  EXPECT_EQ(of(29999, 10000).to_text(), "~3.000");
}

TEST(Rational, IsTheNearestBinaryNumberWhereThatIsEnough) {
  EXPECT_EQ(of(1, 4).to_double(), 0.25);
  EXPECT_EQ(of(-7, 2).to_double(), -3.5);
}

TEST(Rational, TakesMeasuredValuesToTheThousandth) {
  EXPECT_EQ(Rational::near(1.5), of(3, 2));
  EXPECT_FALSE(Rational::near(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(Rational::near(1e300));
}

TEST(Rational, LiesBetweenItsFloorAndItsCeiling) {
  EXPECT_TRUE(rc::check([](std::int64_t numerator) {
    const auto denominator = *rc::gen::positive<std::int64_t>();
    RC_PRE(numerator != std::numeric_limits<std::int64_t>::min());
    const Rational number = of(numerator, denominator);
    RC_ASSERT(number.floor() <= number && number <= number.ceil());
    RC_ASSERT(number.floor() <= number.round() && number.round() <= number.ceil());
  }));
}

}  // namespace
}  // namespace millpond::policy
