// An hour's step of the wall clock, either way, ends no session and no wait.
#include <atomic>
#include <chrono>
#include <stop_token>
#include <thread>
#include <vector>

#include "millpond/pools/snapshot.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/faults/wall_clock.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr int kThreads = 6;
constexpr char kPool[] = "size = 4\nacquire_timeout = \"2s\"\noverload = \"fifo\"\n";

void borrow(const std::stop_token& stop, const PoolHandle<Postgres>& handle,
            std::atomic<std::int64_t>& served) {
  while (!stop.stop_requested()) {
    if (const auto lease = handle.acquire()) {
      value_of(lease->connection(), "select pg_sleep(0.001)");
      ++served;
    }
  }
}

// Evictions and time-outs so far.
std::int64_t harm(const Scene& scene) {
  const PoolSnapshot seen = scene.snapshot();
  return seen.closed.total() + seen.timeouts + seen.refused;
}

void step(std::chrono::seconds by, const std::atomic<std::int64_t>& served) {
  const auto before = std::chrono::system_clock::now();
  const std::int64_t done = served.load();
  step_wall_clock(by);
  const auto moved = std::chrono::system_clock::now() - before;
  expect(moved > by - 60s && moved < by + 60s, "a wall clock that was stepped");
  pause(300ms);
  expect(eventually(10s, [&] { return served.load() > done + 20; }), "callers that are served");
}

}  // namespace

Measured clock_step(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  const Scene scene(server_of(postgres.port()) + pool_of(kPool));
  std::atomic<std::int64_t> served{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&served, handle = scene.pool()](const std::stop_token& stop) {
      borrow(stop, handle, served);
    });
  }
  expect(eventually(10s, [&] { return scene.snapshot().acquired > 100; }), "a pool at work");
  const std::int64_t before = harm(scene);
  const std::int64_t rounds = repeats(campaign, 100, 2);
  for (std::int64_t i = 0; i < rounds; ++i) {
    step(1h, served);
    step(-2h, served);
    step(1h, served);
  }
  return none_of(harm(scene) - before, 3 * rounds);
}

}  // namespace millpond::faults
