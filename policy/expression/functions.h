// The functions an expression may call: one row each.
//
// Pure; safe from any thread.
//
//   const Function& rule = *find_function("hikari");
//   rule.apply(std::array{Quantity(Rational{4}), Quantity(Rational{1})})->value;  // the count 9
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/expression/quantity.h"
#include "millpond/policy/text_error.h"

namespace millpond::policy {

enum class Bounds { kNone, kNotNegative, kAboveZero, kBetweenZeroAndOne, kAtLeastOne };

struct Parameter {
  std::string_view name{};
  std::optional<Unit> unit = Unit::kCount;  // none: any, the same for all of the call
  Bounds bounds = Bounds::kNone;
};

// What a call comes to.
struct Reduction {
  Quantity value{};
  std::string remark{};  // what it is made of, for people; mostly empty
};

struct Function {
  // Of an error, the place is the caller's business.
  using Outcome = tl::expected<Reduction, TextError>;

  std::string_view name;
  std::string_view signature;             // "clamp(x, low, high)"
  std::string_view meaning;               // for the documentation; empty where the name says it
  std::span<const Parameter> parameters;  // empty: two and more, without names, of one unit
  Outcome (*apply)(std::span<const Quantity> arguments);  // of the parameters' units and bounds

  std::size_t least_arguments() const;
  std::size_t most_arguments() const;
};

// Null when there is no such function.
const Function* find_function(std::string_view name);

std::vector<std::string_view> function_names();

// What keeps a value from being this parameter's, called `shown` in the message ("`hold` of
// `erlang`"); nothing when it may be. A part such as `p` may be written 99% or 0.99.
std::optional<TextError> fault_of(const Parameter& parameter, const Quantity& value,
                                  std::string_view shown);

// The value a call of `function` has, whatever its arguments are; they must be of the right number.
// An error's place is the argument's at `*argument`, or the call's when that stays empty.
struct CallError {
  TextError error{};
  std::optional<std::size_t> argument{};
};
tl::expected<Reduction, CallError> call(const Function& function,
                                        std::span<const Quantity> arguments);

}  // namespace millpond::policy
