#include "millpond/policy/duration.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <string>

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

TEST(DurationText, HasANumberAndOneUnit) {
  EXPECT_EQ(parse_duration("50us"), Duration{50us});
  EXPECT_EQ(parse_duration("250ms"), Duration{250ms});
  EXPECT_EQ(parse_duration("2s"), Duration{2s});
  EXPECT_EQ(parse_duration("30m"), Duration{30min});
  EXPECT_EQ(parse_duration("1h"), Duration{1h});
  EXPECT_EQ(parse_duration("7d"), Duration{7 * 24h});
  EXPECT_EQ(parse_duration("0s"), Duration{0});
}

TEST(DurationText, MayHaveDecimalsThatComeOutWhole) {
  EXPECT_EQ(parse_duration("1.5h"), Duration{90min});
  EXPECT_EQ(parse_duration("0.000001s"), Duration{1us});
  EXPECT_EQ(parse_duration("0.5us").error(), "finer than one microsecond");
  EXPECT_EQ(parse_duration("1.s").error(), "no digit after the point");
}

TEST(DurationText, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(parse_duration("300").error(), "a number without a unit");
  EXPECT_EQ(parse_duration("2x").error(), "no such unit: `x`");
  EXPECT_EQ(parse_duration("2 s").error(), "no such unit: ` s`");
  EXPECT_EQ(parse_duration("").error(), "no number");
  EXPECT_EQ(parse_duration("-1s").error(), "no number");
  EXPECT_EQ(parse_duration("1h30m").error(), "no such unit: `h30m`");
  EXPECT_EQ(parse_duration("999999999999d").error(), "too long");
  EXPECT_EQ(parse_duration("9999999999999us").error(), "too many digits");
}

TEST(DurationText, UsesTheLargestUnitThatFits) {
  EXPECT_EQ(to_text(1500ms), "1500ms");
  EXPECT_EQ(to_text(90s), "90s");
  EXPECT_EQ(to_text(30min), "30m");
  EXPECT_EQ(to_text(24h), "1d");
  EXPECT_EQ(to_text(0us), "0s");
}

TEST(DurationText, IsReadBackAsTheSameDuration) {
  EXPECT_TRUE(rc::check([] {
    const Duration duration{*rc::gen::inRange<Duration::rep>(0, 1'000'000'000'000)};
    RC_ASSERT(parse_duration(to_text(duration)) == duration);
  }));
}

TEST(DurationText, OfAnyFormIsReadOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const auto duration = parse_duration(text);
    RC_ASSERT((duration ? *duration >= Duration::zero() : !duration.error().empty()));
  }));
}

}  // namespace
}  // namespace millpond::policy
