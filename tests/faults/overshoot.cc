// How much later than its deadline an acquire ends when the server is silent, beside a bare wait.
#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "millpond/pools/env.h"
#include "millpond/pools/internal/real_env.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;
using harness::Gate;

constexpr int kThreads = 4;
constexpr auto kTimeout = 5ms;
// The queue sheds nobody: every acquire is to wait until its deadline.
constexpr char kPool[] = "size = 4\nmin_idle = 0\noverload = \"fifo\"\nconnect_timeout = \"30s\"\n";

// A futex and nothing else, in ms beyond its deadline.
double bare_wait(millpond::Clock& clock) {
  const std::atomic<std::uint32_t> word{0};
  const TimePoint deadline = clock.now() + kTimeout;
  while (clock.now() < deadline) {
    clock.park(word, 0, deadline);
  }
  return milliseconds(clock.now() - deadline);
}

double acquire_wait(const PoolHandle<Postgres>& handle) {
  const auto deadline = Clock::now() + kTimeout;
  expect(!handle.acquire({.timeout = kTimeout}), "a server that is silent");
  return milliseconds(Clock::now() - deadline);
}

struct Waits {
  std::vector<double> bare;
  std::vector<double> acquire;
};

Waits alternate(const PoolHandle<Postgres>& handle, std::int64_t pairs) {
  const std::shared_ptr<Env> env = internal::make_real_env(1);
  Waits waits;
  for (std::int64_t i = 0; i < pairs; ++i) {
    waits.bare.push_back(bare_wait(env->clock()));
    waits.acquire.push_back(acquire_wait(handle));
  }
  return waits;
}

}  // namespace

Measured overshoot(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Gate gate(postgres.port());
  gate.set(Gate::half_open());
  const Scene scene(server_of(gate.port()) + pool_of(kPool));
  const std::int64_t pairs = repeats(campaign, 100'000, 1'600) / kThreads;
  Waits all;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        const Waits own = alternate(scene.pool(), pairs);
        const std::lock_guard lock{mutex};
        all.bare.insert(all.bare.end(), own.bare.begin(), own.bare.end());
        all.acquire.insert(all.acquire.end(), own.acquire.begin(), own.acquire.end());
      });
    }
  }
  gate.set(Gate::pass());
  expect(scene.pool().acquire({.timeout = 10s}).has_value(), "a connection after the silence");
  const double ours = quantile(all.acquire, 0.99);
  const double bare = quantile(all.bare, 0.99);
  return {.value = ours / bare,
          .text = fmt::format("{:.2f} x ({:.3f} / {:.3f} ms; medians {:.3f} / {:.3f})", ours / bare,
                              ours, bare, quantile(all.acquire, 0.5), quantile(all.bare, 0.5)),
          .runs = static_cast<std::int64_t>(all.acquire.size()),
          .at_target = ours <= 1.5 * bare};
}

}  // namespace millpond::faults
