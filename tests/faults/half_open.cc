// How soon idle sessions are given up when nothing passes any more, and nothing is closed.
#include <fmt/format.h>

#include <algorithm>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;
using harness::Gate;

constexpr std::int64_t kSize = 4;
// The first probes, two at once, tell after an interval and a time-out; the others' after another.
constexpr char kPool[] = "size = 4\nhealth_interval = \"1s\"\nvalidate_timeout = \"900ms\"\n";
constexpr auto kWatched = 5s;
constexpr double kSoon = 3;  // s

}  // namespace

Measured half_open(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Gate gate(postgres.port());
  const Scene scene(server_of(gate.port()) + pool_of(kPool));
  const std::int64_t rounds = repeats(campaign, 20, 1);
  double most = 0;
  bool never = false;
  for (std::int64_t i = 0; i < rounds; ++i) {
    expect(eventually(10s, [&] { return scene.snapshot().idle == kSize; }), "a full pool");
    const std::int64_t before = scene.snapshot().closed.broken;
    const auto began = Clock::now();
    gate.set(Gate::half_open());
    const auto noticed = [&] { return scene.snapshot().closed.broken >= before + kSize; };
    never = !eventually(kWatched, noticed) || never;
    most = std::max(most, milliseconds(Clock::now() - began) / 1000);
    gate.set(Gate::reset());
    gate.set(Gate::pass());
    const auto works = [&] {
      const auto lease = scene.pool().acquire({.timeout = 200ms});
      return lease.has_value();
    };
    expect(eventually(20s, works), "a connection when the way is open");
  }
  return {.value = most,
          .text = never ? fmt::format("not within {:.0f} s", most) : fmt::format("{:.2f} s", most),
          .runs = rounds,
          .at_target = !never && most <= kSoon};
}

}  // namespace millpond::faults
