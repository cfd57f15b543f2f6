#include <gtest/gtest.h>

#include <string>

#include "millpond/policy/expression/expression.h"

namespace millpond::policy {
namespace {

std::string value_of(const std::string& text) {
  const auto result = evaluate(text, {{"fleet.instances", Rational{2}, ""}});
  return result ? to_text(result->value) : result.error().code + " " + result.error().message;
}

std::string steps_of(const std::string& text) {
  return evaluate(text, {{"fleet.instances", Rational{2}, ""}}).value().steps;
}

// "offset+length code message: label" of an expression that must be refused.
std::string error_of(const std::string& text) {
  const TextError error = evaluate(text, {}).error();
  return std::to_string(error.offset) + "+" + std::to_string(error.length) + " " + error.code +
         " " + error.message + (error.label.empty() ? "" : ": " + error.label);
}

std::string help_of(const std::string& text) {
  return evaluate(text, {}).error().help;
}

TEST(ExpressionUnits, StandRightBehindTheirNumber) {
  EXPECT_EQ(value_of("25%"), "25%");
  EXPECT_EQ(value_of("250ms"), "250ms");
  EXPECT_EQ(value_of("50us"), "50us");
  EXPECT_EQ(value_of("2.5m"), "150s");
  EXPECT_EQ(value_of("1h + 1d"), "25h");
  EXPECT_EQ(value_of("0.99"), "0.99");
}

TEST(ExpressionUnits, AloneAreOneOfThem) {
  EXPECT_EQ(value_of("500/s"), "500/s");
  EXPECT_EQ(value_of("40/1s"), "40/s");
  EXPECT_EQ(value_of("3000/m"), "50/s");
  EXPECT_EQ(value_of("2 * ms"), "2ms");
}

TEST(ExpressionUnits, AreReckonedWith) {
  EXPECT_EQ(value_of("500/s * 20ms"), "10");
  EXPECT_EQ(value_of("10 / 20ms"), "500/s");
  EXPECT_EQ(value_of("10 / (500/s)"), "20ms");
  EXPECT_EQ(value_of("1m / 1s"), "60");
  EXPECT_EQ(value_of("40 * 25%"), "10");
  EXPECT_EQ(value_of("10 / 25%"), "40");
  EXPECT_EQ(value_of("25% * 50%"), "12.5%");
  EXPECT_EQ(value_of("100% - 1%"), "99%");
  EXPECT_EQ(value_of("-(1s - 1500ms)"), "500ms");
}

TEST(ExpressionUnits, AreTheSameForAllThatIsCompared) {
  EXPECT_EQ(value_of("max(1s, 20ms)"), "1s");
  EXPECT_EQ(value_of("min(10/s, 10/m)"), "10/m");
  EXPECT_EQ(value_of("clamp(5s, 1s, 2s)"), "2s");
  EXPECT_EQ(error_of("max(1, 2, 20ms)"),
            "10+4 M090 `max` compares values of one unit: a duration after a count");
  EXPECT_EQ(error_of("clamp(1, 2, 3s)"),
            "12+2 M090 `clamp` compares values of one unit: a duration after a count");
}

TEST(ExpressionUnits, ThatDoNotGoTogetherAreShown) {
  EXPECT_EQ(error_of("1 + (2 - 5s)"),
            "4+8 M090 `-` does not go with these units: a count and a duration");
  EXPECT_EQ(error_of("10 + 25%"), "0+8 M090 `+` does not go with these units: a count and a ratio");
  EXPECT_EQ(error_of("5s * 5s"),
            "0+7 M090 `*` does not go with these units: a duration and a duration");
  EXPECT_EQ(error_of("5s / (3/s)"),
            "0+10 M090 `/` does not go with these units: a duration and a rate");
}

TEST(ExpressionUnits, ThatDoNotGoTogetherComeWithWhatMayBeMeant) {
  EXPECT_EQ(help_of("2 - 5s"), "a number without a unit is a count: `5s` is a duration");
  EXPECT_EQ(help_of("10 + 25%"),
            "a ratio is a part of something: to add a quarter write `x * 125%`, to take a quarter "
            "away `x * 75%`");
  EXPECT_EQ(help_of("5s * 5s"),
            "divide the one by the other to get a count, or multiply by a plain number");
  EXPECT_EQ(help_of("5s / (3/s)"),
            "a rate times a duration is a count, and a count by a duration is a rate");
}

TEST(ExpressionUnits, AreCheckedBeforeADivisionByZero) {
  EXPECT_EQ(error_of("5% / 0s"),
            "0+7 M090 `/` does not go with these units: a ratio and a duration");
  EXPECT_EQ(error_of("5s / 0s"), "5+2 M044 division by zero: this is 0");
  EXPECT_EQ(error_of("5 / 0%"), "4+2 M044 division by zero: this is 0");
}

TEST(ExpressionUnits, ThatAreNoneAreShown) {
  EXPECT_EQ(error_of("5 parsecs"), "2+7 M091 unknown unit `parsecs`");
  EXPECT_EQ(error_of("2 * 5sec"), "5+3 M091 unknown unit `sec`: did you mean `5s`?");
  EXPECT_EQ(error_of("1.5secnds"), "3+6 M091 unknown unit `secnds`: did you mean `1.5s`?");
  EXPECT_EQ(error_of("5 Minutes"), "2+7 M091 unknown unit `Minutes`: did you mean `5m`?");
  EXPECT_EQ(error_of("5MS"), "1+2 M091 unknown unit `MS`: did you mean `5ms`?");
  EXPECT_EQ(error_of("5s.x"), "1+3 M091 unknown unit `s.x`");
  EXPECT_EQ(help_of("5sec"),
            "units are `us`, `ms`, `s`, `m`, `h`, `d` and `%`; a rate is a count by a duration, "
            "such as 500/s");
}

TEST(ExpressionUnits, DoNotStandBehindASpace) {
  EXPECT_EQ(error_of("1 + 5 ms"), "4+4 M091 a unit stands right behind its number: write `5ms`");
  EXPECT_EQ(error_of("25 %"), "0+4 M091 a unit stands right behind its number: write `25%`");
}

TEST(ExpressionUnits, AreNotSoughtInWhatIsSomethingElse) {
  EXPECT_EQ(error_of("2 server.cores"),
            "2+1 M040 unexpected `s` in the expression: expected an operator or the end");
  EXPECT_EQ(error_of("2 min(1, 2)"),
            "2+1 M040 unexpected `m` in the expression: expected an operator or the end");
  EXPECT_EQ(error_of("little(2/s hold = 3s)"),
            "11+1 M040 unexpected `h` in the expression: expected an operator, `,` or `)`");
  EXPECT_EQ(error_of("1×2"),
            "1+2 M040 unexpected `×` in the expression: expected an operator or the end");
}

TEST(ExpressionUnits, FitIntoTheirNumbers) {
  EXPECT_EQ(error_of("1 + 999999999999999999d"),
            "4+19 M045 the number is too large: it does not fit into 64 bits");
  EXPECT_EQ(value_of("0.00000000000000001s"), "~0.000us");
}

TEST(ExpressionUnits, AreShownInEveryStep) {
  EXPECT_EQ(steps_of("500/s * 20ms"), "500/s * 20ms = 10");
  EXPECT_EQ(steps_of("20ms * (500/s)"), "20ms * (500/s) = 10");
  EXPECT_EQ(steps_of("ceil(40 * 99%)"), "ceil(40 * 99%) = ceil(39.6) = 40");
  EXPECT_EQ(steps_of("10 / fleet.instances / s * 1s"),
            "10 / 2 / 1s * 1s = 5 / 1s * 1s = 5/s * 1s = 5");
}

}  // namespace
}  // namespace millpond::policy
