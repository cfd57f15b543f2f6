// close() returns when the drain deadline says, whatever is out or stuck.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;
using harness::Gate;

constexpr auto kDrain = 300ms;
constexpr char kPool[] = "size = 4\ndrain_timeout = \"300ms\"\n";

// How long after its deadline, in ms; negative where it was done before.
double close_late(Scene& scene) {
  const auto began = Clock::now();
  scene.registry().close();
  return milliseconds(Clock::now() - began - kDrain);
}

// A lease is out, and is used and given back after the close.
double with_a_lease(Gate& gate) {
  Scene scene(server_of(gate.port()) + pool_of(kPool));
  auto lease = scene.pool().acquire({.timeout = 10s});
  expect(lease.has_value(), "a connection before the close");
  const double late = close_late(scene);
  expect(value_of(lease->connection(), "select 6 * 7") == "42", "a lease that outlives its pool");
  return late;
}

// Dials hang.
double with_wedged_dials(Gate& gate) {
  Scene scene(server_of(gate.port()) + pool_of(std::string{kPool} + "min_idle = 0\n"));
  gate.set(Gate::half_open());
  static_cast<void>(scene.pool().acquire({.timeout = 20ms}));
  expect(scene.snapshot().dialing > 0, "a dial that hangs");
  return close_late(scene);
}

// Returned sessions are being reset, and the server does not answer.
double with_wedged_resets(Gate& gate) {
  Scene scene(server_of(gate.port()) + pool_of(std::string{kPool} + "reset = \"full\"\n"));
  std::vector<Lease<Postgres>> leases;
  for (int i = 0; i < 4; ++i) {
    auto lease = scene.pool().acquire({.timeout = 10s});
    expect(lease.has_value(), "a connection before the fault");
    leases.push_back(*std::move(lease));
  }
  gate.set(Gate::half_open());
  leases.clear();
  expect(scene.snapshot().resetting > 0, "a reset that hangs");
  return close_late(scene);
}

}  // namespace

Measured close_deadline(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  PostgresSessions sessions(postgres.port());
  Gate gate(postgres.port());
  const std::int64_t rounds = repeats(campaign, 100, 2);
  std::vector<double> leased;
  std::vector<double> dialing;
  std::vector<double> resetting;
  for (std::int64_t i = 0; i < rounds; ++i) {
    leased.push_back(with_a_lease(gate));
    dialing.push_back(with_wedged_dials(gate));
    gate.set(Gate::pass());
    resetting.push_back(with_wedged_resets(gate));
    gate.set(Gate::pass());
  }
  expect(eventually(10s, [&] { return sessions.count() == 0; }), "no session after the closes");
  const double most = std::max({quantile(leased, 1), quantile(dialing, 1), quantile(resetting, 1)});
  return {.value = std::max(0.0, most),
          .text = fmt::format("{:.0f} ms (a lease out {:.0f}, a wedged dial {:.0f}, a wedged reset "
                              "{:.0f})",
                              std::max(0.0, most), quantile(leased, 1), quantile(dialing, 1),
                              quantile(resetting, 1)),
          .runs = 3 * rounds,
          .at_target = most <= 50};
}

}  // namespace millpond::faults
