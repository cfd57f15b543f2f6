// More threads than connections, each holding its own for a while: how many turns there are in a
// second, how long they wait for theirs, and how evenly the threads get them.
//
// For one thread; it starts the others.
//
//   MutexLifo pool(8);
//   Held held = hold(pool, {.crew = {.threads = 64, .duration = 1s}}, [] { sleep_for(1ms); });
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "millpond/bench/crew.h"
#include "millpond/bench/session.h"

namespace millpond::bench {

struct HoldLoad {
  Crew crew{};
  int sample_every = 1;  // time every so manieth wait only, where reading clocks would cost much
};

struct Held {
  double per_second = 0;  // borrows, of all threads
  double p50_ms = 0;      // of the waits
  double p99_ms = 0;
  double max_ms = 0;
  double fairness = 0;  // borrows of the unluckiest thread, as a share of the luckiest's

  double p99_vs_median() const { return p99_ms / p50_ms; }
  double max_vs_median() const { return max_ms / p50_ms; }
};

// What one member did, from the common start until its last turn after the common stop.
struct HoldTally {
  std::int64_t served = 0;
  std::vector<double> waits_ms{};
  std::chrono::steady_clock::time_point begun{};
  std::chrono::steady_clock::time_point ended{};
};

// The value below which `share` of the values lie. Sorts them.
inline double percentile(std::vector<double>& values, double share) {
  if (values.empty()) {
    return 0;
  }
  std::sort(values.begin(), values.end());
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(place, values.size() - 1)];
}

// One borrow. True when it got a session.
template <class Pool, class Hold>
bool plain_turn(Pool& pool, const Hold& keep) {
  return pool.borrow([&](Session& session) {
    session.touch();
    keep();
  });
}

// The same, with its wait noted.
template <class Pool, class Hold>
bool timed_turn(Pool& pool, const Hold& keep, std::vector<double>& waits_ms) {
  using Clock = std::chrono::steady_clock;
  const auto asked = Clock::now();
  return pool.borrow([&](Session& session) {
    waits_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - asked).count());
    session.touch();
    keep();
  });
}

template <class Pool, class Hold>
HoldTally tally_holds(Pool& pool, const HoldLoad& load, const Hold& keep, Signals& signals) {
  HoldTally tally;
  constexpr std::size_t kManyWaits = 1U << 16U;
  tally.waits_ms.reserve(kManyWaits);
  signals.ready();
  tally.begun = std::chrono::steady_clock::now();
  while (signals.running()) {
    // Not the first: then all arrive at once, and nobody's wait is that of a steady state.
    const bool timed = tally.served > 0 && tally.served % load.sample_every == 0;
    const bool served = timed ? timed_turn(pool, keep, tally.waits_ms) : plain_turn(pool, keep);
    tally.served += served ? 1 : 0;
  }
  tally.ended = std::chrono::steady_clock::now();
  return tally;
}

template <class Pool, class Hold>
Held hold(Pool& pool, const HoldLoad& load, const Hold& keep) {
  const auto tallies = run_crew<HoldTally>(load.crew, [&](int /*member*/, Signals& signals) {
    return tally_holds(pool, load, keep, signals);
  });
  Held held;
  std::vector<double> waits;
  std::vector<double> served;
  auto begun = tallies.front().begun;
  auto ended = tallies.front().ended;
  for (const HoldTally& tally : tallies) {
    waits.insert(waits.end(), tally.waits_ms.begin(), tally.waits_ms.end());
    served.push_back(static_cast<double>(tally.served));
    begun = std::min(begun, tally.begun);
    ended = std::max(ended, tally.ended);
  }
  // Over all the time in which anybody was served: who is served late was not served before.
  held.per_second = std::accumulate(served.begin(), served.end(), 0.0) /
                    std::chrono::duration<double>(ended - begun).count();
  const auto [least, most] = std::minmax_element(served.begin(), served.end());
  constexpr double kMedian = 0.5;
  constexpr double kTail = 0.99;
  held.fairness = *most > 0 ? *least / *most : 0;
  held.p50_ms = percentile(waits, kMedian);
  held.p99_ms = percentile(waits, kTail);
  held.max_ms = waits.empty() ? 0 : waits.back();
  return held;
}

}  // namespace millpond::bench
