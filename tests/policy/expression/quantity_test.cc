#include "millpond/policy/expression/quantity.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cstdint>
#include <string>

namespace millpond::policy {
namespace {

constexpr std::array kUnits{Unit::kCount, Unit::kRatio, Unit::kDuration, Unit::kRate};

Rational of(std::int64_t numerator, std::int64_t denominator) {
  return Rational::of(numerator, denominator).value();
}

Quantity six(Unit unit) {
  return {Rational{6}, unit};
}

std::string unit_of(const Quantity::Result& result) {
  return result ? std::string(name_of(result->unit)) : "-";
}

// One row for each left unit, one column for each right one, as `kUnits` has them.
template <class Operation>
std::string table(Operation operation) {
  std::string text;
  for (const Unit left : kUnits) {
    for (const Unit right : kUnits) {
      text += unit_of(operation(six(left), six(right))) + " ";
    }
    text += "\n";
  }
  return text;
}

TEST(Quantity, IsAddedToItsOwnUnitOnly) {
  const std::string own =
      "count - - - \n"
      "- ratio - - \n"
      "- - duration - \n"
      "- - - rate \n";
  EXPECT_EQ(table([](Quantity a, Quantity b) { return a.plus(b); }), own);
  EXPECT_EQ(table([](Quantity a, Quantity b) { return a.minus(b); }), own);
}

TEST(Quantity, IsMultipliedAsItsUnitsSay) {
  EXPECT_EQ(table([](Quantity a, Quantity b) { return a.times(b); }),
            "count count duration rate \n"
            "count ratio duration rate \n"
            "duration duration - count \n"
            "rate rate count - \n");
}

TEST(Quantity, IsDividedAsItsUnitsSay) {
  EXPECT_EQ(table([](Quantity a, Quantity b) { return a.over(b); }),
            "count count rate duration \n"
            "ratio ratio - - \n"
            "duration duration count - \n"
            "rate rate - count \n");
}

TEST(Quantity, SaysWhyThereIsNoResult) {
  const Quantity none{Rational{}};
  const Quantity huge{of(INT64_MAX, 1)};
  EXPECT_EQ(six(Unit::kCount).over(none).error(), ArithmeticFault::kDivisionByZero);
  EXPECT_EQ(huge.times(huge).error(), ArithmeticFault::kOverflow);
  EXPECT_EQ(huge.plus(huge).error(), ArithmeticFault::kOverflow);
  EXPECT_EQ(six(Unit::kRatio).over({Rational{}, Unit::kRate}).error(),
            ArithmeticFault::kUnitMismatch);
}

TEST(Quantity, MakesARateOfACountByADuration) {
  const Quantity hold{of(1, 4), Unit::kDuration};
  const Quantity rate = Quantity(Rational{10}).over(hold).value();
  EXPECT_EQ(to_text(rate), "40/s");
  EXPECT_EQ(rate.times(hold).value(), Quantity(Rational{10}));
}

TEST(Quantity, IsWrittenInItsMostNaturalUnit) {
  EXPECT_EQ(to_text(of(9, 2)), "4.5");
  EXPECT_EQ(to_text({of(1, 4), Unit::kRatio}), "25%");
  EXPECT_EQ(to_text({of(-1, 8), Unit::kRatio}), "-12.5%");
  EXPECT_EQ(to_text({of(1, 4), Unit::kDuration}), "250ms");
  EXPECT_EQ(to_text({of(150, 1), Unit::kDuration}), "150s");
  EXPECT_EQ(to_text({of(-7200, 1), Unit::kDuration}), "-2h");
  EXPECT_EQ(to_text({of(0, 1), Unit::kDuration}), "0s");
  EXPECT_EQ(to_text({of(40, 1), Unit::kRate}), "40/s");
  EXPECT_EQ(to_text({of(1, 60), Unit::kRate}), "1/m");
  EXPECT_EQ(to_text({of(5, 86'400), Unit::kRate}), "5/d");
  EXPECT_EQ(to_text({of(0, 1), Unit::kRate}), "0/s");
}

TEST(Quantity, SaysWhenItsTextIsNotExact) {
  EXPECT_EQ(to_text({of(1, 3), Unit::kDuration}), "~333.333ms");
  EXPECT_EQ(to_text({of(-4, 3), Unit::kDuration}), "~-1.333s");
  EXPECT_EQ(to_text({of(1, 3'000'000), Unit::kDuration}), "~0.333us");
  EXPECT_EQ(to_text({of(1, 7), Unit::kRate}), "~0.143/s");
  EXPECT_EQ(to_text({of(1, 3), Unit::kRatio}), "~33.333%");
}

TEST(Quantity, IsWrittenWhateverItsSize) {
  EXPECT_EQ(to_text({of(INT64_MAX, 1), Unit::kRatio}), "~9.22337e+20%");
  EXPECT_EQ(to_text({of(INT64_MAX, 1), Unit::kDuration}), "9223372036854775807s");
  EXPECT_EQ(to_text({of(INT64_MAX, 1), Unit::kRate}), "9223372036854775807/s");
  EXPECT_EQ(to_text({of(1, INT64_MAX), Unit::kDuration}), "~0.000us");
}

TEST(Quantity, KnowsTheUnitsOfTimeByName) {
  EXPECT_EQ(one_of_unit("us"), Quantity(of(1, 1'000'000), Unit::kDuration));
  EXPECT_EQ(one_of_unit("d"), Quantity(of(86'400, 1), Unit::kDuration));
  for (const char* const name : {"", "sec", "S", "0s", ".5s", "%"}) {
    EXPECT_EQ(one_of_unit(name), std::nullopt) << name;
  }
}

TEST(Quantity, DividedByWhatItWasMultipliedWithIsItselfAgain) {
  EXPECT_TRUE(rc::check([] {
    const auto any = [] {
      return Quantity(of(*rc::gen::inRange(-999, 1000), *rc::gen::inRange(1, 100)),
                      *rc::gen::elementOf(kUnits));
    };
    const Quantity left = any();
    const Quantity right = any();
    const auto product = left.times(right);
    RC_PRE(product && !right.amount.is_zero());
    const auto again = product->over(right);
    RC_ASSERT(again && again->amount == left.amount);
  }));
}

}  // namespace
}  // namespace millpond::policy
