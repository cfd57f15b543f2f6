// What a snapshot says when all is quiet is what the server says.
#include <cstdlib>
#include <pqxx/except>
#include <thread>
#include <vector>

#include "millpond/pools/snapshot.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/sim/random.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr char kPool[] =
    "size = 8\nmin_idle = 2\noverflow = \"open-and-close\"\noverflow_max = 2\n"
    "max_lifetime = \"2s\"\nacquire_timeout = \"5s\"\n";
constexpr int kThreads = 12;

void churn(const PoolHandle<Postgres>& handle, sim::Random random) {
  constexpr int kTurns = 150;
  for (int i = 0; i < kTurns; ++i) {
    auto lease = handle.acquire({.timeout = std::chrono::microseconds{random.between(0, 5'000)}});
    if (!lease) {
      continue;
    }
    try {
      value_of(lease->connection(), random.chance(0.02) ? "select pg_terminate_backend("
                                                          "pg_backend_pid())"
                                                        : "select 1");
    } catch (const pqxx::failure&) {  // its own doing
      continue;
    }
    if (random.chance(0.02)) {
      lease->discard();
    }
  }
}

std::int64_t drift(const PoolSnapshot& seen, std::int64_t sessions) {
  return std::abs(seen.idle - sessions) + std::abs(seen.in_use) + std::abs(seen.waiting) +
         std::abs(seen.dialing) + std::abs(seen.probing) + std::abs(seen.resetting) +
         std::abs(seen.closing);
}

bool quiet(const PoolSnapshot& seen) {
  return seen.dialing + seen.probing + seen.resetting + seen.closing == 0;
}

// A rotation that falls into the moment is not drift: it is looked at again, for a while.
std::int64_t drift_when_quiet(const Scene& scene, PostgresSessions& sessions) {
  std::int64_t least = drift(scene.snapshot(), sessions.count());
  eventually(3s, [&] {
    if (quiet(scene.snapshot())) {
      least = std::min(least, drift(scene.snapshot(), sessions.count()));
    }
    return least == 0;
  });
  return least;
}

}  // namespace

Measured gauges(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  PostgresSessions sessions(postgres.port());
  const Scene scene(server_of(postgres.port()) + pool_of(kPool));
  sim::Random random(campaign.seed);
  const std::int64_t rounds = repeats(campaign, 200, 2);
  std::int64_t bad = 0;
  for (std::int64_t i = 0; i < rounds; ++i) {
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back(
            [handle = scene.pool(), seed = random.next()] { churn(handle, sim::Random{seed}); });
      }
    }
    bad += drift_when_quiet(scene, sessions);
  }
  return none_of(bad, rounds);
}

}  // namespace millpond::faults
