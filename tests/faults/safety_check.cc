// What it costs a borrower that sessions are looked at before they are lent.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kCycles = 20'000;

// Nanoseconds of an acquire and its return.
double cycle(const PoolHandle<Postgres>& handle) {
  const auto began = Clock::now();
  for (std::int64_t i = 0; i < kCycles; ++i) {
    expect(handle.acquire().has_value(), "a connection");
  }
  return std::chrono::duration<double, std::nano>(Clock::now() - began).count() /
         static_cast<double>(kCycles);
}

}  // namespace

Measured safety_check(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  const Scene checked(server_of(postgres.port()) + pool_of("size = 2\nvalidate = \"auto\"\n"));
  const Scene blind(server_of(postgres.port()) + pool_of("size = 2\nvalidate = \"never\"\n"));
  const auto with = checked.pool();
  const auto without = blind.pool();
  cycle(with);
  cycle(without);
  const std::int64_t rounds = repeats(campaign, 500, 25);
  std::vector<double> costs;
  std::vector<double> bare;
  for (std::int64_t i = 0; i < rounds; ++i) {
    bare.push_back(cycle(without));
    costs.push_back(cycle(with) - bare.back());
  }
  const double cost = quantile(costs, 0.5);
  return {.value = std::max(0.0, std::round(cost)) / 1000,
          .text = fmt::format("{:.3f} us (quartiles {:.3f} to {:.3f}; without it {:.3f})",
                              cost / 1000, quantile(costs, 0.25) / 1000,
                              quantile(costs, 0.75) / 1000, quantile(bare, 0.5) / 1000),
          .runs = rounds * kCycles,
          .at_target = cost <= 1000};
}

}  // namespace millpond::faults
