#include "millpond/policy/expression/functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "millpond/policy/expression/queueing.h"
#include "millpond/policy/finding_codes.h"

namespace millpond::policy {
namespace {

using Arguments = std::span<const Quantity>;
using Outcome = Function::Outcome;

constexpr std::size_t kMostArguments = 16;

constexpr std::array kX{Parameter{"x"}};
constexpr std::array kClamp{Parameter{"x", std::nullopt}, Parameter{"low", std::nullopt},
                            Parameter{"high", std::nullopt}};
constexpr std::array kHikari{Parameter{"cores", Unit::kCount, Bounds::kNotNegative},
                             Parameter{"spindles", Unit::kCount, Bounds::kNotNegative}};
constexpr std::array kHikariSsd{Parameter{"cores", Unit::kCount, Bounds::kNotNegative}};
constexpr std::array kLittle{Parameter{"rate", Unit::kRate, Bounds::kNotNegative},
                             Parameter{"hold", Unit::kDuration, Bounds::kNotNegative}};
constexpr std::array kErlang{Parameter{"rate", Unit::kRate, Bounds::kNotNegative},
                             Parameter{"hold", Unit::kDuration, Bounds::kAboveZero},
                             Parameter{"p", Unit::kRatio, Bounds::kBetweenZeroAndOne},
                             Parameter{"wait", Unit::kDuration, Bounds::kNotNegative}};
constexpr std::array kDeadlockFree{Parameter{"threads", Unit::kCount, Bounds::kNotNegative},
                                   Parameter{"leases", Unit::kCount, Bounds::kAtLeastOne}};

TextError overflow() {
  return {.code = code::kOverflow, .message = "the result does not fit into 64 bits"};
}

Outcome value(Quantity quantity) {
  return Reduction{.value = quantity};
}

Outcome checked(const Quantity::Result& result) {
  return result ? value(*result) : tl::unexpected(overflow());
}

bool is_less(const Quantity& a, const Quantity& b) {
  return a.amount < b.amount;
}

Outcome smallest(Arguments values) {
  return value(*std::min_element(values.begin(), values.end(), is_less));
}
Outcome largest(Arguments values) {
  return value(*std::max_element(values.begin(), values.end(), is_less));
}
Outcome round_up(Arguments values) {
  return value(values[0].amount.ceil());
}
Outcome round_down(Arguments values) {
  return value(values[0].amount.floor());
}
Outcome round_off(Arguments values) {
  return value(values[0].amount.round());
}

Outcome clamp(Arguments values) {
  if (is_less(values[2], values[1])) {
    return tl::unexpected(
        TextError{.code = code::kEmptyRange,
                  .message = "the range of `clamp` is empty",
                  .label = fmt::format("{} is above {}", to_text(values[1]), to_text(values[2]))});
  }
  return value(std::clamp(values[0], values[1], values[2], is_less));
}

// HikariCP's rule of thumb for spinning disks: the database host's cores and effective spindles.
Outcome hikari(Arguments values) {
  return checked(values[0].times(Rational{2}).and_then([&values](const Quantity& doubled) {
    return doubled.plus(values[1]);
  }));
}

// The same where nothing ever seeks.
Outcome hikari_ssd(Arguments values) {
  constexpr std::int32_t kInsteadOfSpindles = 4;
  return hikari(std::array{values[0], Quantity(Rational{kInsteadOfSpindles})});
}

// How many are busy on average, however holding times and arrivals are spread.
Outcome little(Arguments values) {
  return checked(values[0].times(values[1]));
}

Outcome erlang(Arguments values) {
  const auto answer = servers_needed({.arrivals_per_second = values[0].amount.to_double(),
                                      .hold_seconds = values[1].amount.to_double(),
                                      .p = values[2].amount.to_double(),
                                      .wait_seconds = values[3].amount.to_double()});
  if (!answer) {
    return tl::unexpected(TextError{
        .code = code::kUnreachable,
        .message = fmt::format("{} connections are too few for this", kMostServers),
        .label = fmt::format("{} are busy on average", load_text(values[0].amount.to_double() *
                                                                 values[1].amount.to_double())),
        .help = "hold connections for less time, allow more wait, or look for a wrong unit"});
  }
  return Reduction{*Rational::of(answer->servers, 1),
                   fmt::format("a = {}, ρ = {:.2f}, P(wait) = {}", load_text(answer->offered),
                               answer->utilisation, probability_text(answer->probability_of_wait))};
}

// With one connection more than all but the last of each thread's, some thread can always go on.
Outcome deadlock_free(Arguments values) {
  const auto all_but_last = values[1].minus(Rational{1});
  const auto held = all_but_last ? values[0].times(*all_but_last) : all_but_last;
  return checked(held ? held->plus(Rational{1}) : held);
}

constexpr std::array kFunctions{
    Function{"min", "min(a, b, ...)", "", {}, smallest},
    Function{"max", "max(a, b, ...)", "", {}, largest},
    Function{"clamp", "clamp(x, low, high)", "", kClamp, clamp},
    Function{"ceil", "ceil(x)", "", kX, round_up},
    Function{"floor", "floor(x)", "", kX, round_down},
    Function{"round", "round(x)", ": halves away from zero", kX, round_off},
    Function{"hikari", "hikari(cores, spindles)",
             " = cores * 2 + spindles: the total of all processes, for a server with disks",
             kHikari, hikari},
    Function{"hikari_ssd", "hikari_ssd(cores)",
             " = cores * 2 + 4: the same without disks that seek", kHikariSsd, hikari_ssd},
    Function{"little", "little(rate, hold)",
             " = rate * hold: how many are in use on average, with none to spare", kLittle, little},
    Function{"erlang", "erlang(rate, hold, p, wait)",
             ": the fewest with which the part `p` of callers waits no longer than `wait`, when "
             "they come at `rate` and keep a connection for `hold` on average (Erlang C)",
             kErlang, erlang},
    Function{"deadlock_free", "deadlock_free(threads, leases)",
             " = threads * (leases - 1) + 1: the fewest with which threads that each borrow up to "
             "`leases` at a time cannot block each other for ever",
             kDeadlockFree, deadlock_free},
};

bool holds(Bounds bounds, Rational amount) {
  switch (bounds) {
    case Bounds::kNone:
      return true;
    case Bounds::kNotNegative:
      return !amount.is_negative();
    case Bounds::kAboveZero:
      return amount > Rational{};
    case Bounds::kBetweenZeroAndOne:
      return amount > Rational{} && amount < Rational{1};
    case Bounds::kAtLeastOne:
      break;
  }
  return amount >= Rational{1};
}

std::string_view demand_of(Bounds bounds) {
  switch (bounds) {
    case Bounds::kNone:
    case Bounds::kNotNegative:
      return "must not be below 0";
    case Bounds::kAboveZero:
      return "must be above 0";
    case Bounds::kBetweenZeroAndOne:
      return "must lie between 0 and 1";
    case Bounds::kAtLeastOne:
      break;
  }
  return "must be at least 1";
}

std::string_view example_of(Unit unit) {
  switch (unit) {
    case Unit::kCount:
      return "a count is a plain number such as 4";
    case Unit::kRatio:
      return "a part is written 99% or 0.99";
    case Unit::kDuration:
      return "a duration is a number with its unit, such as 20ms";
    case Unit::kRate:
      break;
  }
  return "a rate is a count by a duration, such as 500/s";
}

std::string_view help_for(Bounds bounds, Rational amount) {
  constexpr std::int32_t kPercent = 100;
  const bool is_percentage =
      bounds == Bounds::kBetweenZeroAndOne && amount > Rational{1} && amount < Rational{kPercent};
  return is_percentage ? "ninety-nine percent is written 99% or 0.99" : "";
}

bool fits(std::optional<Unit> wanted, Unit unit) {
  return !wanted || *wanted == unit || (*wanted == Unit::kRatio && unit == Unit::kCount);
}

// Of arguments that may be of any unit, the first that is not of the first one's.
std::optional<CallError> odd_one_out(const Function& function, Arguments arguments) {
  const auto odd = std::find_if(arguments.begin(), arguments.end(), [&arguments](const auto& each) {
    return each.unit != arguments[0].unit;
  });
  if (odd == arguments.end()) {
    return std::nullopt;
  }
  return CallError{{.code = code::kUnitMismatch,
                    .message = fmt::format("`{}` compares values of one unit", function.name),
                    .label = fmt::format("{} after {}", with_article(odd->unit),
                                         with_article(arguments[0].unit)),
                    .help = "write all arguments in the same unit"},
                   static_cast<std::size_t>(odd - arguments.begin())};
}

bool compares(const Function& function) {
  return function.parameters.empty() || !function.parameters[0].unit;
}

}  // namespace

std::size_t Function::least_arguments() const {
  return parameters.empty() ? 2 : parameters.size();
}

std::size_t Function::most_arguments() const {
  return parameters.empty() ? kMostArguments : parameters.size();
}

const Function* find_function(std::string_view name) {
  const auto* const found =
      std::find_if(kFunctions.begin(), kFunctions.end(),
                   [name](const Function& function) { return function.name == name; });
  return found == kFunctions.end() ? nullptr : found;
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names;
  for (const Function& function : kFunctions) {
    names.push_back(function.name);
  }
  return names;
}

std::optional<TextError> fault_of(const Parameter& parameter, const Quantity& value,
                                  std::string_view shown) {
  if (!fits(parameter.unit, value.unit)) {
    return TextError{.code = code::kUnitMismatch,
                     .message = fmt::format("{} must be {}", shown, with_article(*parameter.unit)),
                     .label = fmt::format("this is {}", with_article(value.unit)),
                     .help = std::string(example_of(*parameter.unit))};
  }
  if (!holds(parameter.bounds, value.amount)) {
    return TextError{.code = code::kArgumentRange,
                     .message = fmt::format("{} {}", shown, demand_of(parameter.bounds)),
                     .label = fmt::format("this is {}", to_text(value)),
                     .help = std::string(help_for(parameter.bounds, value.amount))};
  }
  return std::nullopt;
}

tl::expected<Reduction, CallError> call(const Function& function, Arguments arguments) {
  if (compares(function)) {
    if (auto error = odd_one_out(function, arguments)) {
      return tl::unexpected(*std::move(error));
    }
  }
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    const Parameter& parameter = function.parameters[i];
    const std::string shown = fmt::format("`{}` of `{}`", parameter.name, function.name);
    if (auto error = fault_of(parameter, arguments[i], shown)) {
      return tl::unexpected(CallError{*std::move(error), i});
    }
  }
  return function.apply(arguments).map_error([](TextError error) {
    return CallError{std::move(error), std::nullopt};
  });
}

}  // namespace millpond::policy
