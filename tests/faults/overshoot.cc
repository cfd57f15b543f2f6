// How much later than its deadline an acquire ends when the server is silent, beside a bare wait.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "millpond/pools/env.h"
#include "millpond/pools/internal/real_env.h"
#include "millpond/pools/time_point.h"
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
constexpr std::int64_t kTurns = 100;  // of each thread in a batch
constexpr double kTail = 0.99;
constexpr double kTarget = 1.5;
constexpr double kAgree = 1.2;
constexpr std::int64_t kMostTries = 3;
constexpr auto kTimeout = 3ms;
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
  std::vector<double> bare_again;

  void add(const Waits& more) {
    bare.insert(bare.end(), more.bare.begin(), more.bare.end());
    acquire.insert(acquire.end(), more.acquire.begin(), more.acquire.end());
    bare_again.insert(bare_again.end(), more.bare_again.begin(), more.bare_again.end());
  }
};

Waits alternate(const PoolHandle<Postgres>& handle) {
  const std::shared_ptr<Env> env = internal::make_real_env(1);
  Waits waits;
  for (std::int64_t i = 0; i < kTurns; ++i) {
    waits.bare.push_back(bare_wait(env->clock()));
    waits.acquire.push_back(acquire_wait(handle));
    waits.bare_again.push_back(bare_wait(env->clock()));
  }
  return waits;
}

Waits batch(const PoolHandle<Postgres>& handle) {
  Waits all;
  std::mutex mutex;
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      const Waits own = alternate(handle);
      const std::lock_guard lock{mutex};
      all.add(own);
    });
  }
  threads.clear();
  return all;
}

struct Tails {
  double ratio = 0;
  double ours = 0;
  double bare = 0;
  // The bare waits agree with themselves: their tail is the kernel's, and not what else ran on this
  // machine just then.
  bool calm = false;
};

Tails tails_of(const Waits& waits) {
  const double ours = quantile(waits.acquire, kTail);
  const double first = quantile(waits.bare, kTail);
  const double again = quantile(waits.bare_again, kTail);
  const double bare = (first + again) / 2;
  return {.ratio = ours / bare,
          .ours = ours,
          .bare = bare,
          .calm = std::max(first, again) <= kAgree * std::min(first, again)};
}

// So many batches, calm ones where the machine grants them.
std::vector<Tails> measure(const PoolHandle<Postgres>& handle, std::int64_t wanted) {
  std::vector<Tails> calm;
  std::vector<Tails> all;
  for (std::int64_t i = 0; i < kMostTries * wanted; ++i) {
    all.push_back(tails_of(batch(handle)));
    if (all.back().calm) {
      calm.push_back(all.back());
    }
    if (static_cast<std::int64_t>(calm.size()) == wanted) {
      break;
    }
  }
  return calm.empty() ? all : calm;
}

}  // namespace

Measured overshoot(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  Gate gate(postgres.port());
  gate.set(Gate::half_open());
  const Scene scene(server_of(gate.port()) + pool_of(kPool));
  std::vector<Tails> batches = measure(scene.pool(), repeats(campaign, 100, 5));
  gate.set(Gate::pass());
  expect(scene.pool().acquire({.timeout = 10s}).has_value(), "a connection after the silence");
  const auto middle = batches.begin() + static_cast<std::ptrdiff_t>(batches.size() / 2);
  std::nth_element(batches.begin(), middle, batches.end(),
                   [](const Tails& a, const Tails& b) { return a.ratio < b.ratio; });
  return {.value = middle->ratio,
          .text = fmt::format("{:.2f} x ({:.2f} / {:.2f} ms)", middle->ratio, middle->ours,
                              middle->bare),
          .runs = static_cast<std::int64_t>(batches.size()) * kThreads * kTurns,
          .at_target = middle->ratio <= kTarget};
}

}  // namespace millpond::faults
