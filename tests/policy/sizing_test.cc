#include "millpond/policy/sizing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace millpond::policy {
namespace {

TEST(Sizing, RoundsUpAndShowsIt) {
  const SizedPool sized = size_of("9 / 2", {}).value();
  EXPECT_EQ(sized.want, 5);
  EXPECT_EQ(sized.sizing.formula, "9 / 2");
  EXPECT_EQ(sized.sizing.steps, "9 / 2 = 4.5, rounded up to 5");
}

TEST(Sizing, LeavesWhatIsTooSmallToTheClamps) {
  EXPECT_EQ(size_of("1 - 5", {})->want, -4);
  EXPECT_EQ(size_of("1 - 5", {})->sizing.steps, "1 - 5 = -4");
  EXPECT_EQ(size_of("0 / 3 - 0.5", {})->want, 0);
  EXPECT_EQ(size_of("0 / 3 - 0.5", {})->sizing.steps,
            "0 / 3 - 0.5 = 0 - 0.5 = -0.5, rounded up to 0");
}

TEST(Sizing, IsACount) {
  const auto complaint = [](const char* formula) {
    const TextError error = size_of(formula, {}).error();
    return error.code + " " + error.message + ": " + error.label + " (" + error.help + ")";
  };
  EXPECT_EQ(size_of("500/s * 20ms", {})->want, 10);
  EXPECT_EQ(complaint("20ms * 2"),
            "M090 a size is a count: this comes out as a duration, 40ms (divide it by a duration, "
            "or multiply it by a rate: 500/s * 20ms is 10)");
  EXPECT_EQ(complaint("500/s"),
            "M090 a size is a count: this comes out as a rate, 500/s (multiply it by a duration: "
            "500/s * 20ms is 10)");
  EXPECT_EQ(complaint("25%"),
            "M090 a size is a count: this comes out as a ratio, 25% (a ratio is a part of "
            "something: multiply it, as in 25% * server.max)");
  EXPECT_EQ(size_of("20ms * 2", {}).error().length, 8U);
}

TEST(Sizing, RefusesMoreThanAnyPoolNeeds) {
  EXPECT_EQ(size_of("10000", {})->want, 10'000);
  const TextError error = size_of("5000 * 2 + 0.1", {}).error();
  EXPECT_EQ(error.code, "M049");
  EXPECT_EQ(error.message, "the size comes out as 10001");
  EXPECT_EQ(error.help, "it comes about so: 5000 * 2 + 0.1 = 10000 + 0.1 = 10000.1");
  EXPECT_EQ(error.length, 14U);
}

TEST(Sizing, PassesOnWhatIsWrongWithTheFormula) {
  EXPECT_EQ(size_of("1 / 0", {}).error().code, "M044");
}

TEST(Sizing, TakesASharesPartRoundedUp) {
  EXPECT_EQ(share_of(1.0, 7), 7);
  EXPECT_EQ(share_of(0.5, 7), 4);
  EXPECT_EQ(share_of(0.0, 7), 0);
  EXPECT_EQ(share_of(0.07, 100), 7);  // 0.07 * 100 is above 7 in binary
}

TEST(Sizing, NeverTakesMoreThanTheWhole) {
  EXPECT_TRUE(rc::check([] {
    const auto size = *rc::gen::inRange<std::int64_t>(1, kLargestSize);
    const auto percent = *rc::gen::inRange(0, 101);
    const std::int64_t part = share_of(percent / 100.0, size);
    RC_ASSERT(part >= 0 && part <= size);
  }));
}

}  // namespace
}  // namespace millpond::policy
