// Any text is evaluated or refused, by the rules that both have.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "millpond/policy/expression/expression.h"
#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/expression/rational.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/sizing.h"
#include "millpond/policy/text_error.h"
#include "millpond/tests/fuzz/fuzz_target.h"

namespace millpond::fuzz {
namespace {

using policy::Evaluation;
using policy::Quantity;
using policy::Rational;
using policy::TextError;
using policy::Unit;

constexpr std::size_t kLongestSteps = 100'000;

const policy::Variables& variables() {
  static const policy::Variables all{
      {"server.cores", Rational{16}, ""},
      {"server.spindles", Rational{1}, ""},
      {"server.max", Rational{200}, ""},
      {"server.usable", Rational::of(472, 3), ""},
      {"host.cores", std::nullopt, "this host's number of cores is not known"},
      {"fleet.instances", Rational{6}, ""},
      {"fleet.fair", Rational{19}, ""},
      {"fd.free", Rational{960}, ""},
  };
  return all;
}

void check_error(const TextError& error, std::string_view text) {
  require(!error.code.empty() && !error.message.empty(), "an error says what it is");
  require(error.offset <= text.size(), "an error lies within the text");
  // One behind the end: where something is missing.
  require(error.offset + error.length <= text.size() + 1, "an error ends within the text");
}

// What is written is read back as the same, unless decimals were left out or it is too long.
void check_text(const Quantity& value) {
  const std::string text = to_text(value);
  if (text.find('~') != std::string::npos) {
    return;
  }
  const auto again = policy::evaluate(text, {});
  require(again ? again->value == value : again.error().code == policy::code::kOverflow,
          "a value's text is read back as the value");
}

void check_parenthesised(const Evaluation& evaluation, std::string_view text) {
  const auto again = policy::evaluate("(" + std::string(text) + ")", variables());
  require(again ? again->value == evaluation.value && again->steps == evaluation.steps
                : again.error().code == policy::code::kTooComplex,
          "parentheses around the whole change nothing");
}

void check_size(const Evaluation& evaluation, std::string_view text) {
  const auto size = policy::size_of(text, variables());
  const bool is_count = evaluation.value.unit == Unit::kCount;
  if (!size) {
    check_error(size.error(), text);
    require(!is_count || evaluation.value.amount > Rational{policy::kLargestSize},
            "a count that is not too large is a size");
    return;
  }
  require(is_count && *Rational::of(size->want, 1) == evaluation.value.amount.ceil(),
          "a size is its value rounded up");
}

void check_value(const Evaluation& evaluation, std::string_view text) {
  require(!evaluation.steps.empty(), "a value has steps");
  require(evaluation.steps.size() < kLongestSteps, "steps are for people");
  const auto again = policy::evaluate(text, variables());
  require(again && again->value == evaluation.value && again->steps == evaluation.steps,
          "the same text has the same value");
  check_text(evaluation.value);
  check_parenthesised(evaluation, text);
  check_size(evaluation, text);
}

}  // namespace
}  // namespace millpond::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace millpond;
  const std::string_view text = fuzz::text_of(data, size);
  const auto evaluation = policy::evaluate(text, fuzz::variables());
  if (evaluation) {
    fuzz::check_value(*evaluation, text);
  } else {
    fuzz::check_error(evaluation.error(), text);
  }
  return 0;
}
