#include "millpond/policy/server_budget.h"

#include <algorithm>
#include <cmath>

namespace millpond::policy {
namespace {

// Shares are read to the nearest billionth, so that no binary fraction rounds a part down that
// comes out whole on paper.
constexpr std::int64_t kParts = 1'000'000'000;

std::int64_t parts_of(double share) {
  return std::llround(share * static_cast<double>(kParts));
}

std::int64_t narrowed(__int128 value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::int64_t usable_sessions(const ServerBudget& budget) {
  const std::int64_t rest = std::max<std::int64_t>(budget.most - budget.reserved, 0);
  return narrowed(static_cast<__int128>(rest) * parts_of(budget.share) / kParts);
}

std::int64_t surging_instances(const Fleet& fleet) {
  const auto scaled = static_cast<__int128>(fleet.instances) * parts_of(fleet.surge);
  return narrowed((scaled + kParts - 1) / kParts);
}

std::int64_t fair_share(std::int64_t usable, const Fleet& fleet) {
  return usable / std::max<std::int64_t>(fleet.instances + surging_instances(fleet), 1);
}

std::int64_t part_of(std::int64_t fair, const Weight& weight) {
  return narrowed(static_cast<__int128>(fair) * weight.weight / weight.total);
}

}  // namespace millpond::policy
