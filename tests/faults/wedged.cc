// What the other workloads lose to ten dials that hang.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stop_token>
#include <thread>
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

constexpr int kWedged = 10;
constexpr int kThreads = 3;
constexpr auto kSlice = 250ms;
constexpr double kNoise = 0.1;  // what is no loss, however calm the machine is

// It dials, too: a connection is replaced after a hundred uses.
constexpr char kNear[] = "size = 4\nmax_uses = 100\nrotation_spare = 0\n";
constexpr char kFar[] =
    "size = 10\nmin_idle = 0\nmax_concurrent_dials = 10\nconnect_timeout = \"30s\"\n"
    "backoff_cap = \"100ms\"\n";

// How often the near workload was served in one slice.
double serve(const PoolHandle<Postgres>& near) {
  std::atomic<std::int64_t> served{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto lease = near.acquire();
        served += lease && value_of(lease->connection(), "select 1") == "1" ? 1 : 0;
      }
    });
  }
  pause(kSlice);
  for (auto& thread : threads) {
    thread.request_stop();
  }
  threads.clear();
  return static_cast<double>(served.load());
}

struct Slices {
  std::vector<double> alone;
  std::vector<double> beside;
  std::vector<double> strays;  // two slices alone, one beside the other
};

void play(int port, Gate& gate, Slices& slices) {
  Scene scene(server_of(port) + server_of(gate.port(), "far") + pool_of(kNear) +
              pool_of(kFar, "reports", "far"));
  const auto near = scene.pool();
  const auto far = scene.registry().pool<Postgres>("reports");
  static_cast<void>(serve(near));  // warm
  const double before = serve(near);
  gate.set(Gate::half_open());
  {
    std::stop_source enough;
    std::vector<std::jthread> callers;
    for (int i = 0; i < kWedged; ++i) {
      callers.emplace_back(
          [&] { static_cast<void>(far.acquire({.timeout = 20s, .stop = enough.get_token()})); });
    }
    // One after the other: a dial that takes long is no reason not to begin another.
    expect(eventually(5s, [&] { return gate.counts().handshakes == kWedged; }), "ten wedged dials");
    slices.beside.push_back(serve(near));
    slices.beside.push_back(serve(near));
    enough.request_stop();
  }
  gate.set(Gate::reset());
  gate.set(Gate::pass());
  const auto goes_on = [&] { return far.acquire({.timeout = 1s}).has_value(); };
  expect(eventually(10s, goes_on), "a connection when dials go on");
  const double after = serve(near);
  slices.alone.insert(slices.alone.end(), {before, after});
  slices.strays.push_back(std::abs(1 - after / before));
}

}  // namespace

Measured wedged(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Gate gate(postgres.port());
  Slices slices;
  const std::int64_t rounds = repeats(campaign, 40, 3);
  for (std::int64_t i = 0; i < rounds; ++i) {
    play(postgres.port(), gate, slices);
  }
  const double loss = 1 - quantile(slices.beside, 0.5) / quantile(slices.alone, 0.5);
  const double control = quantile(slices.strays, 1);
  return {.value = std::max(0.0, loss),
          .text = fmt::format("{:.1f} % (A/A +-{:.1f} %)", 100 * loss, 100 * control),
          .runs = rounds * kWedged,
          .at_target = loss <= std::max(kNoise, control)};
}

}  // namespace millpond::faults
