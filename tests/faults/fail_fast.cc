// How soon a caller is told at once that a server whose postmaster was killed is gone.
#include <fmt/format.h>
#include <signal.h>
#include <sys/shm.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

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

constexpr auto kAtOnce = 1ms;
constexpr auto kWatched = 3s;
constexpr double kSoon = 1;  // s

// The postmaster dies without a word; what it shared with its children goes when they have gone.
void kill_postmaster(harness::Postgres& postgres) {
  std::ifstream lines{postgres.socket().parent_path() / "postgres" / "postmaster.pid"};
  std::string line;
  constexpr int kSharedMemoryLine = 7;  // "key id"
  for (int i = 0; i < kSharedMemoryLine; ++i) {
    std::getline(lines, line);
  }
  postgres.process().signal(SIGKILL);
  expect(postgres.process().exited_within(10s), "a postmaster that is gone");
  if (const auto space = line.find_first_of("0123456789", line.find_last_of(' '));
      space != std::string::npos) {
    ::shmctl(std::stoi(line.substr(space)), IPC_RMID, nullptr);
  }
}

struct Refusals {
  std::optional<double> first;  // s after the kill
  std::vector<double> later;    // ms each
};

Refusals refusals(const PoolHandle<Postgres>& handle, Clock::time_point killed) {
  Refusals seen;
  while (Clock::now() - killed < kWatched) {
    const auto asked = Clock::now();
    if (handle.acquire()) {
      continue;
    }
    const auto took = Clock::now() - asked;
    if (seen.first) {
      seen.later.push_back(milliseconds(took));
    } else if (took <= kAtOnce) {
      seen.first = milliseconds(Clock::now() - killed) / 1000;
    }
  }
  return seen;
}

}  // namespace

Measured fail_fast(const proof::Campaign& campaign) {
  const std::int64_t rounds = repeats(campaign, 20, 1);
  double first = 0;
  std::vector<double> later;
  bool never = false;
  for (std::int64_t i = 0; i < rounds; ++i) {
    harness::Postgres postgres;
    Gate gate(postgres.port());
    const Scene scene(server_of(gate.port()) + pool_of("size = 8\n"));
    expect(eventually(10s, [&] { return scene.snapshot().idle == 8; }), "a full pool");
    const Callers callers(scene.pool(), {.threads = 4, .timeout = 2s, .pause = 1ms});
    kill_postmaster(postgres);
    const Refusals seen = refusals(scene.pool(), Clock::now());
    never = never || !seen.first;
    first = std::max(first, seen.first.value_or(milliseconds(kWatched) / 1000));
    later.insert(later.end(), seen.later.begin(), seen.later.end());
    harness::Postgres again;
    gate.lead_to(again.port());
    const std::int64_t served = callers.served();
    expect(eventually(30s, [&] { return callers.served() > served; }), "callers who are served");
  }
  const double each = quantile(later, 0.99);
  return {.value = first,
          .text = never ? fmt::format("none within {} s", milliseconds(kWatched) / 1000)
                        : fmt::format("{:.2f} s, then {:.2f} ms (p99)", first, each),
          .runs = rounds,
          .at_target = !never && first <= kSoon && each <= 1};
}

}  // namespace millpond::faults
