#include "millpond/policy/expression_functions.h"

#include <algorithm>
#include <array>
#include <optional>

namespace millpond::policy {
namespace {

using Arguments = std::span<const Rational>;
using Outcome = tl::expected<Rational, Fault>;

constexpr std::size_t kMostArguments = 16;

Outcome checked(std::optional<Rational> value) {
  return value ? Outcome(*value) : tl::unexpected(Fault::kOverflow);
}

Outcome smallest(Arguments values) {
  return *std::min_element(values.begin(), values.end());
}
Outcome largest(Arguments values) {
  return *std::max_element(values.begin(), values.end());
}
Outcome round_up(Arguments values) {
  return values[0].ceil();
}
Outcome round_down(Arguments values) {
  return values[0].floor();
}
Outcome round_off(Arguments values) {
  return values[0].round();
}

Outcome clamp(Arguments values) {
  if (values[2] < values[1]) {
    return tl::unexpected(Fault::kEmptyRange);
  }
  return std::clamp(values[0], values[1], values[2]);
}

// HikariCP's rule of thumb for spinning disks: the database host's cores and effective spindles.
Outcome hikari(Arguments values) {
  const auto doubled = values[0].times(Rational{2});
  return checked(doubled ? doubled->plus(values[1]) : std::nullopt);
}

// The same where nothing ever seeks.
Outcome hikari_ssd(Arguments values) {
  const auto doubled = values[0].times(Rational{2});
  return checked(doubled ? doubled->plus(Rational{4}) : std::nullopt);
}

constexpr std::array kFunctions{
    Function{"min", 2, kMostArguments, "min(a, b, ...)", "", smallest},
    Function{"max", 2, kMostArguments, "max(a, b, ...)", "", largest},
    Function{"clamp", 3, 3, "clamp(x, low, high)", "", clamp},
    Function{"ceil", 1, 1, "ceil(x)", "", round_up},
    Function{"floor", 1, 1, "floor(x)", "", round_down},
    Function{"round", 1, 1, "round(x)", ": halves away from zero", round_off},
    Function{"hikari", 2, 2, "hikari(cores, spindles)",
             " = cores * 2 + spindles: the total of all processes, for a server with disks",
             hikari},
    Function{"hikari_ssd", 1, 1, "hikari_ssd(cores)",
             " = cores * 2 + 4: the same without disks that seek", hikari_ssd},
};

}  // namespace

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

}  // namespace millpond::policy
