// A hundred callers of ten connections: the unluckiest wait beside the usual one.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scene.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr int kCallers = 100;
// A queue of this load stands by itself: what is measured is its order, not what is shed.
constexpr char kPool[] =
    "size = 10\nmin_idle = 10\noverload = \"fifo\"\nacquire_timeout = \"10s\"\n";
constexpr char kHold[] = "select pg_sleep(0.02)";

// The waits of one caller, in ms; the first is left out, for then all come at once.
std::vector<double> call(const PoolHandle<Postgres>& handle, std::int64_t turns,
                         std::atomic<std::int64_t>& refused) {
  std::vector<double> waits;
  for (std::int64_t turn = 0; turn <= turns; ++turn) {
    const auto asked = Clock::now();
    const auto lease = handle.acquire();
    if (!lease) {
      ++refused;
      continue;
    }
    if (turn > 0) {
      waits.push_back(milliseconds(Clock::now() - asked));
    }
    value_of(lease->connection(), kHold);
  }
  return waits;
}

}  // namespace

Measured fairness(const proof::Campaign& campaign) {
  harness::Postgres postgres;
  const Scene scene(server_of(postgres.port()) + pool_of(kPool));
  const PoolHandle<Postgres> handle = scene.pool();
  const std::int64_t turns = repeats(campaign, 1'000, 12);
  expect(eventually(10s, [&] { return scene.snapshot().idle == 10; }), "a full pool");
  std::atomic<std::int64_t> refused{0};
  std::mutex mutex;
  std::vector<double> waits;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.emplace_back([&] {
        const std::vector<double> own = call(handle, turns, refused);
        const std::lock_guard lock{mutex};
        waits.insert(waits.end(), own.begin(), own.end());
      });
    }
  }
  // The last turn of each is among ever fewer others; those waits are short, and say nothing of
  // the longest.
  const double median = quantile(waits, 0.5);
  const double most = quantile(waits, 1);
  return {.value = most / median,
          .text = fmt::format("{:.2f} ({:.0f} / {:.0f} ms)", most / median, most, median),
          .runs = static_cast<std::int64_t>(waits.size()),
          .at_target = refused == 0 && most <= 2 * median};
}

}  // namespace millpond::faults
