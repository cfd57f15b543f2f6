#include "millpond/policy/expression/expression.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace millpond::policy {
namespace {

const Variables kVariables{
    {"server.cores", Rational{4}, ""},
    {"server.spindles", Rational{1}, ""},
    {"host.cores", std::nullopt, "count them"},
    {"fleet.instances", Rational{2}, ""},
};

std::string value_of(const std::string& text) {
  const auto result = evaluate(text, kVariables);
  return result ? to_text(result->value) : result.error().message;
}

std::string steps_of(const std::string& text) {
  return evaluate(text, kVariables).value().steps;
}

// "offset+length code message" of an expression that must be refused.
std::string error_of(const std::string& text) {
  const TextError error = evaluate(text, kVariables).error();
  return std::to_string(error.offset) + "+" + std::to_string(error.length) + " " + error.code +
         " " + error.message + (error.label.empty() ? "" : ": " + error.label);
}

TEST(Expression, FollowsTheUsualPrecedence) {
  EXPECT_EQ(value_of("2 + 3 * 4"), "14");
  EXPECT_EQ(value_of("(2 + 3) * 4"), "20");
  EXPECT_EQ(value_of("10 - 4 - 3"), "3");
  EXPECT_EQ(value_of("16 / 4 / 2"), "2");
  EXPECT_EQ(value_of("-2 * -3"), "6");
  EXPECT_EQ(value_of("--2"), "2");
  EXPECT_EQ(value_of("1.1 * 10"), "11");
}

TEST(Expression, KnowsItsFunctions) {
  EXPECT_EQ(value_of("min(3, 1, 2)"), "1");
  EXPECT_EQ(value_of("max(3, 1, 2)"), "3");
  EXPECT_EQ(value_of("clamp(9, 1, 4)"), "4");
  EXPECT_EQ(value_of("ceil(0.1) + floor(0.9) + round(0.5)"), "2");
  EXPECT_EQ(value_of("hikari(4, 1)"), "9");
  EXPECT_EQ(value_of("hikari_ssd(4)"), "12");
}

TEST(Expression, ShowsEveryStep) {
  EXPECT_EQ(steps_of("ceil(hikari(server.cores, server.spindles) / fleet.instances)"),
            "ceil(hikari(4, 1) / 2) = ceil(9 / 2) = ceil(4.5) = 5");
  EXPECT_EQ(steps_of("10"), "10");
  EXPECT_EQ(steps_of("2 * (3 - (4 - 5))"), "2 * (3 - (4 - 5)) = 2 * (3 - (-1)) = 2 * 4 = 8");
  EXPECT_EQ(steps_of("-(1 + 2)"), "-(1 + 2) = -3");
}

TEST(Expression, LeavesOutTheMiddleOfALongChain) {
  EXPECT_EQ(steps_of("1+1+1+1+1+1+1+1+1+1+1+1"),
            "1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 = "
            "2 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 = "
            "3 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 = "
            "4 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 = "
            "5 + 1 + 1 + 1 + 1 + 1 + 1 + 1 = "
            "6 + 1 + 1 + 1 + 1 + 1 + 1 = "
            "7 + 1 + 1 + 1 + 1 + 1 = "
            "8 + 1 + 1 + 1 + 1 = ... = 12");
}

TEST(Expression, MarksWhatIsWrong) {
  EXPECT_EQ(error_of("8 / (fleet.instances - 2)"), "4+21 M044 division by zero: this is 0");
  EXPECT_EQ(error_of("1 + instances"),
            "4+9 M041 unknown name `instances`: did you mean `fleet.instances`?");
  EXPECT_EQ(error_of("hikary(1, 2)"), "0+6 M041 unknown function `hikary`: did you mean `hikari`?");
  EXPECT_EQ(error_of("2 * cores"),
            "4+5 M042 `cores` could mean two hosts: write `server.cores` or `host.cores`");
  EXPECT_EQ(error_of("1 + ceil(1, 2)"),
            "4+10 M043 `ceil` called with 2 arguments: expected ceil(x)");
  EXPECT_EQ(error_of("min()"), "0+5 M043 `min` called with 0 arguments: expected min(a, b, ...)");
  EXPECT_EQ(error_of("host.cores"), "0+10 M048 `host.cores` is not known");
  EXPECT_EQ(error_of("clamp(1, 3, 2)"), "0+14 M046 the range of `clamp` is empty: 3 is above 2");
}

TEST(Expression, MarksTheOperandThatIsNotKnownYet) {
  EXPECT_EQ(error_of("little(host.cores/s, 1s)"), "7+10 M048 `host.cores` is not known");
}

TEST(Expression, SaysWhatItExpectedWhereItCannotGoOn) {
  EXPECT_EQ(error_of(""),
            "0+1 M040 the expression ends too early: expected a number, a name or `(`");
  EXPECT_EQ(error_of("1 2"),
            "2+1 M040 unexpected `2` in the expression: expected an operator or the end");
  EXPECT_EQ(error_of("(1 × 2)"),
            "3+2 M040 unexpected `×` in the expression: expected an operator or `)`");
  EXPECT_EQ(error_of("1.x"),
            "2+1 M040 unexpected `x` in the expression: expected a digit after the point");
}

TEST(Expression, RefusesWhatDoesNotFit64Bits) {
  const std::string large = "999999999999999999";
  EXPECT_EQ(error_of(large + " * " + large), "0+39 M045 the result does not fit into 64 bits");
  EXPECT_EQ(error_of("hikari(" + large + ", 1) * 99"),
            "0+34 M045 the result does not fit into 64 bits");
  EXPECT_EQ(error_of(large + "9"), "0+19 M045 the number is too large: at most 18 digits");
}

TEST(Expression, BoundsLengthDepthAndTerms) {
  EXPECT_EQ(evaluate(std::string(2000, '1'), {}).error().label, "longer than 1000 characters");
  EXPECT_EQ(evaluate(std::string(900, '('), {}).error().label, "nested deeper than 32 levels");
  EXPECT_EQ(evaluate(std::string(900, '-'), {}).error().label, "nested deeper than 32 levels");
  std::string sum = "1";
  for (int i = 0; i < 150; ++i) {
    sum += "+1";
  }
  EXPECT_EQ(evaluate(sum, {}).error().label, "more than 200 terms");
}

TEST(Expression, OfAnyTextIsEvaluatedOrRefused) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const auto result = evaluate(text, kVariables);
    RC_ASSERT((result ? !result->steps.empty() : !result.error().message.empty()));
  }));
}

TEST(Expression, MadeOfItsOwnWordsIsEvaluatedOrRefusedInsideTheText) {
  EXPECT_TRUE(rc::check([] {
    const auto word = rc::gen::element<std::string>(
        "1", "0", "2.5", "999999999999", "+", "-", "*", "/", "(", ")", ",", " ", "min(", "clamp(",
        "ceil(", "hikari(", "server.cores", "fleet.instances", "cores", "é", "%", "ms", "s", "5",
        "erlang(", "rate = ", "hold = ", "p = ", "wait = ", "1/s", "2ms", "99%", "deadlock_free(");
    std::string text;
    for (const std::string& next : *rc::gen::container<std::vector<std::string>>(word)) {
      text += next;
    }
    const auto result = evaluate(text, kVariables);
    if (!result) {
      RC_ASSERT(result.error().offset + result.error().length <= text.size() + 1);
    }
  }));
}

}  // namespace
}  // namespace millpond::policy
