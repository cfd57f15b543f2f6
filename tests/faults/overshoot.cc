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
constexpr std::int64_t kPairs = 100;  // of each thread in a batch
constexpr double kTail = 0.99;
constexpr double kTarget = 1.5;
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

// The tail of one batch is what the machine did just then; of several, the middle one counts.
Waits batch(const PoolHandle<Postgres>& handle) {
  Waits all;
  std::mutex mutex;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      const Waits own = alternate(handle, kPairs);
      const std::lock_guard lock{mutex};
      all.bare.insert(all.bare.end(), own.bare.begin(), own.bare.end());
      all.acquire.insert(all.acquire.end(), own.acquire.begin(), own.acquire.end());
    });
  }
  threads.clear();
  return all;
}

}  // namespace

Measured overshoot(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Gate gate(postgres.port());
  gate.set(Gate::half_open());
  const Scene scene(server_of(gate.port()) + pool_of(kPool));
  const std::int64_t batches = repeats(campaign, 200, 7);
  std::vector<double> ratios;
  Waits last;
  for (std::int64_t i = 0; i < batches; ++i) {
    last = batch(scene.pool());
    ratios.push_back(quantile(last.acquire, kTail) / quantile(last.bare, kTail));
  }
  gate.set(Gate::pass());
  expect(scene.pool().acquire({.timeout = 10s}).has_value(), "a connection after the silence");
  const double ratio = quantile(ratios, 0.5);
  return {.value = ratio,
          .text = fmt::format("{:.2f} x (such as {:.2f} / {:.2f} ms)", ratio,
                              quantile(last.acquire, kTail), quantile(last.bare, kTail)),
          .runs = batches * kThreads * kPairs,
          .at_target = ratio <= kTarget};
}

}  // namespace millpond::faults
