#include <gtest/gtest.h>

#include <string>

#include "millpond/policy/expression/expression.h"
#include "millpond/policy/expression/functions.h"

namespace millpond::policy {
namespace {

std::string value_of(const std::string& text) {
  const auto result = evaluate(text, {});
  return result ? to_text(result->value) : result.error().code + " " + result.error().message;
}

std::string steps_of(const std::string& text) {
  return evaluate(text, {}).value().steps;
}

// "offset+length code message: label (help)" of an expression that must be refused.
std::string error_of(const std::string& text) {
  const TextError error = evaluate(text, {}).error();
  return std::to_string(error.offset) + "+" + std::to_string(error.length) + " " + error.code +
         " " + error.message + (error.label.empty() ? "" : ": " + error.label) +
         (error.help.empty() ? "" : " (" + error.help + ")");
}

TEST(ExpressionCall, TakesNamedArgumentsInAnyOrder) {
  EXPECT_EQ(value_of("hikari(spindles = 1, cores = 4)"), "9");
  EXPECT_EQ(value_of("hikari(4, spindles = 1)"), "9");
  EXPECT_EQ(value_of("clamp(high = 4, low = 1, x = 9)"), "4");
  EXPECT_EQ(value_of("ceil(x = 4.5)"), "5");
}

TEST(ExpressionCall, KnowsEveryFunctionOfTheSpecification) {
  EXPECT_EQ(value_of("little(500/s, 20ms)"), "10");
  EXPECT_EQ(value_of("erlang(500/s, 20ms, 0.99, 5ms)"), "17");
  EXPECT_EQ(value_of("erlang(rate = 50/s, hold = 250ms, p = 99%, wait = 5ms)"), "22");
  EXPECT_EQ(value_of("erlang(0/s, 1s, 99%, 0s)"), "1");
  EXPECT_EQ(value_of("deadlock_free(threads = 8, leases = 3)"), "17");
  EXPECT_EQ(value_of("deadlock_free(8, 1)"), "1");
}

TEST(ExpressionCall, ShowsTheNamesInItsSteps) {
  EXPECT_EQ(steps_of("erlang(rate = 40/1s, hold = 250ms, p = 0.99, wait = 50ms)"),
            "erlang(rate = 40/s, hold = 250ms, p = 0.99, wait = 50ms) = 17 (a = 10, ρ = 0.59, "
            "P(wait) = 3.1%)");
  EXPECT_EQ(steps_of("hikari(2 + 2, spindles = 3 - 2)"),
            "hikari(2 + 2, spindles = 3 - 2) = hikari(4, spindles = 1) = 9");
}

TEST(ExpressionCall, SaysWhatAPartOfTheResultIsMadeOf) {
  EXPECT_EQ(steps_of("erlang(40/s, 250ms, p = 99%, wait = 50ms) / 2"),
            "erlang(40/s, 250ms, p = 99%, wait = 50ms) / 2 = 17 / 2 = 8.5 (erlang = 17: a = 10, "
            "ρ = 0.59, P(wait) = 3.1%)");
  EXPECT_EQ(steps_of("max(erlang(1/s, 1s, 50%, 0s), erlang(2/s, 1s, 50%, 0s))"),
            "max(erlang(1/s, 1s, 50%, 0s), erlang(2/s, 1s, 50%, 0s)) = max(2, 3) = 3 (erlang = 2: "
            "a = 1, ρ = 0.50, P(wait) = 33.3%; erlang = 3: a = 2, ρ = 0.67, P(wait) = 44.4%)");
}

TEST(ExpressionCall, RefusesNamesThatAreNotTheFunctions) {
  EXPECT_EQ(error_of("little(rat = 1/s, hold = 1s)"),
            "7+3 M092 `little` has no argument `rat`: did you mean `rate`? (the form is "
            "little(rate, hold))");
  EXPECT_EQ(error_of("min(a = 1, b = 2)"),
            "4+1 M092 `min` has no argument `a` (the form is min(a, b, ...))");
}

TEST(ExpressionCall, RefusesAnArgumentGivenTwice) {
  EXPECT_EQ(error_of("hikari(cores = 1, cores = 2)"),
            "18+5 M092 `hikari` is given `cores` twice (the form is hikari(cores, spindles))");
  EXPECT_EQ(error_of("hikari(1, cores = 2)"),
            "10+5 M092 `hikari` is given `cores` twice (the form is hikari(cores, spindles))");
}

TEST(ExpressionCall, RefusesAnUnnamedArgumentBehindANamedOne) {
  EXPECT_EQ(error_of("hikari(cores = 1, 2)"),
            "18+1 M092 an argument without a name stands behind a named one: write "
            "`spindles = ...` (the form is hikari(cores, spindles))");
}

TEST(ExpressionCall, SaysWhichArgumentsAreLacking) {
  EXPECT_EQ(error_of("1 + erlang(5/s, hold = 1s)"),
            "4+22 M043 `erlang` lacks `p` and `wait`: expected erlang(rate, hold, p, wait)");
  EXPECT_EQ(error_of("erlang(5/s)"),
            "0+11 M043 `erlang` called with 1 argument: expected erlang(rate, hold, p, wait)");
  EXPECT_EQ(error_of("min(1)"), "0+6 M043 `min` called with 1 argument: expected min(a, b, ...)");
  EXPECT_EQ(error_of("hikari(1, 2, spindles = 3)"),
            "0+26 M043 `hikari` called with 3 arguments: expected hikari(cores, spindles)");
}

TEST(ExpressionCall, SaysWhichArgumentHasTheWrongUnit) {
  EXPECT_EQ(error_of("erlang(40, 250ms, 0.99, 50ms)"),
            "7+2 M090 `rate` of `erlang` must be a rate: this is a count (a rate is a count by a "
            "duration, such as 500/s)");
  EXPECT_EQ(
      error_of("erlang(p = 1s, wait = 1s, hold = 1s, rate = 1/s)"),
      "11+2 M090 `p` of `erlang` must be a ratio: this is a duration (a part is written 99% or "
      "0.99)");
  EXPECT_EQ(
      error_of("little(1/s, 3)"),
      "12+1 M090 `hold` of `little` must be a duration: this is a count (a duration is a number "
      "with its unit, such as 20ms)");
  EXPECT_EQ(
      error_of("ceil(1s)"),
      "5+2 M090 `x` of `ceil` must be a count: this is a duration (a count is a plain number such "
      "as 4)");
}

TEST(ExpressionCall, SaysWhichArgumentIsOutOfRange) {
  EXPECT_EQ(error_of("hikari(-4, 1)"),
            "7+2 M093 `cores` of `hikari` must not be below 0: this is -4");
  EXPECT_EQ(error_of("hikari_ssd(-4)"),
            "11+2 M093 `cores` of `hikari_ssd` must not be below 0: this is -4");
  EXPECT_EQ(error_of("erlang(-4/s, 1s, 99%, 1s)"),
            "7+4 M093 `rate` of `erlang` must not be below 0: this is -4/s");
  EXPECT_EQ(error_of("erlang(4/s, 0s, 99%, 1s)"),
            "12+2 M093 `hold` of `erlang` must be above 0: this is 0s");
  EXPECT_EQ(error_of("erlang(4/s, 1s, 99, 1s)"),
            "16+2 M093 `p` of `erlang` must lie between 0 and 1: this is 99 (ninety-nine percent "
            "is written 99% or 0.99)");
  EXPECT_EQ(error_of("erlang(4/s, 1s, 100%, 1s)"),
            "16+4 M093 `p` of `erlang` must lie between 0 and 1: this is 100%");
  EXPECT_EQ(error_of("erlang(4/s, 1s, 0, 1s)"),
            "16+1 M093 `p` of `erlang` must lie between 0 and 1: this is 0");
  EXPECT_EQ(error_of("erlang(4/s, 1s, 99%, -1s)"),
            "21+3 M093 `wait` of `erlang` must not be below 0: this is -1s");
  EXPECT_EQ(error_of("deadlock_free(4, leases = 0.5)"),
            "26+3 M093 `leases` of `deadlock_free` must be at least 1: this is 0.5");
}

TEST(ExpressionCall, SaysWhenNoPoolCouldServe) {
  EXPECT_EQ(error_of("1 + erlang(10000/s, 1s, 99%, 1s)"),
            "4+28 M094 10000 connections are too few for this: 10000 are busy on average (hold "
            "connections for less time, allow more wait, or look for a wrong unit)");
}

TEST(ExpressionCall, SaysWhenItsResultDoesNotFit) {
  EXPECT_EQ(error_of("1 + deadlock_free(999999999999999999, 99)"),
            "4+37 M045 the result does not fit into 64 bits");
  EXPECT_EQ(error_of("little(999999999999999999/s, 99s)"),
            "0+33 M045 the result does not fit into 64 bits");
}

TEST(ExpressionFunctions, HaveSignaturesThatNameTheirParameters) {
  for (const std::string_view name : function_names()) {
    const Function& function = *find_function(name);
    std::string form = std::string(name) + "(";
    for (const Parameter& parameter : function.parameters) {
      form += std::string(parameter.name) + ", ";
    }
    if (!function.parameters.empty()) {
      EXPECT_EQ(form.substr(0, form.size() - 2) + ")", function.signature);
    }
  }
}

}  // namespace
}  // namespace millpond::policy
