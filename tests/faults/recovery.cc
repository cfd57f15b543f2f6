// How soon callers are served, and the pool is full, when a server accepts again.
#include <fmt/format.h>

#include <algorithm>

#include "millpond/tests/faults/outage.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;
using harness::Gate;

constexpr std::int64_t kSize = 10;
constexpr auto kOutage = 3s;  // long enough for back-offs of some seconds
constexpr double kFirst = 500;
constexpr double kFull = 3000;

struct Recovery {
  double first = 0;  // ms
  double full = 0;
};

Recovery recover(Gate& gate, const Callers& callers, PostgresSessions& sessions) {
  gate.set(Gate::reset());
  pause(kOutage);
  expect(sessions.count() == 0, "an outage of all sessions");
  const std::int64_t served = callers.served();
  const auto lifted = Clock::now();
  gate.set(Gate::pass());
  Recovery seen;
  expect(eventually(30s, [&] { return callers.served() > served; }), "a caller that is served");
  seen.first = milliseconds(Clock::now() - lifted);
  expect(eventually(30s, [&] { return sessions.count() == kSize; }), "a full pool");
  seen.full = milliseconds(Clock::now() - lifted);
  return seen;
}

}  // namespace

Measured recovery(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  PostgresSessions sessions(postgres.port());
  Gate gate(postgres.port());
  const Scene scene(server_of(gate.port()) + pool_of("size = 10\n"));
  expect(eventually(10s, [&] { return sessions.count() == kSize; }), "a full pool");
  const Callers callers(scene.pool(), {.threads = 8, .timeout = 200ms, .pause = 1ms});
  const std::int64_t rounds = repeats(campaign, 50, 2);
  Recovery most;
  for (std::int64_t i = 0; i < rounds; ++i) {
    const Recovery seen = recover(gate, callers, sessions);
    most = {.first = std::max(most.first, seen.first), .full = std::max(most.full, seen.full)};
  }
  return {.value = most.first / 1000,
          .text = fmt::format("{:.2f} s / {:.2f} s", most.first / 1000, most.full / 1000),
          .runs = rounds,
          .at_target = most.first <= kFirst && most.full <= kFull};
}

}  // namespace millpond::faults
