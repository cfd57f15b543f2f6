// Callers that arrive whether or not those before them were served: load that does not slow down
// when the pool does, each with a deadline from the moment it arrived.
//
// For one thread; it starts the callers.
//
//   MutexLifo pool(8);
//   Served served = storm(pool, {.per_second = 3200, .duration = 3s, .deadline = 500ms,
//                                .holds = 5ms, .callers = 2400, .seed = 1});
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "millpond/bench/hold.h"
#include "millpond/bench/session.h"
#include "millpond/bench/small_threads.h"

namespace millpond::bench {

struct Storm {
  double per_second = 0;  // arrivals, at random: a Poisson process
  std::chrono::nanoseconds warm_up{};
  std::chrono::nanoseconds duration{};  // the warm-up included
  std::chrono::nanoseconds deadline{};
  std::chrono::nanoseconds holds{};
  int callers = 0;  // threads; too few show in Served::late
  std::uint64_t seed = 0;
};

// Of what happened after the warm-up.
struct Served {
  double per_second = 0;  // that got a connection before their deadline
  double p50_ms = 0;      // of their waits, from the moment they were to arrive
  double p95_ms = 0;
  double timed_out = 0;  // shares of the arrivals
  double refused = 0;
  double late = 0;  // picked up more than 5 ms after they were to arrive: the load was not open
};

struct Arrival {
  std::chrono::nanoseconds at{};  // since the start
  std::chrono::nanoseconds picked_up{};
  std::chrono::nanoseconds ended{};  // served, refused, or out of time
  Outcome outcome = Outcome::kRefused;
};

inline std::vector<Arrival> arrivals_of(const Storm& storm) {
  std::mt19937_64 random(storm.seed);
  std::exponential_distribution<double> gap(storm.per_second);
  std::vector<Arrival> arrivals;
  std::chrono::duration<double> at{};
  for (;;) {
    at += std::chrono::duration<double>(gap(random));
    if (at >= storm.duration) {
      return arrivals;
    }
    arrivals.push_back({.at = std::chrono::duration_cast<std::chrono::nanoseconds>(at)});
  }
}

// `goodput` counts by the moment of being served, the shares by that of arriving.
inline Served sum_up(const std::vector<Arrival>& arrivals, const Storm& storm) {
  constexpr std::chrono::milliseconds kLate{5};
  Served served;
  std::vector<double> waits;
  double arrived = 0;
  for (const Arrival& arrival : arrivals) {
    if (arrival.at >= storm.warm_up) {
      ++arrived;
      served.timed_out += arrival.outcome == Outcome::kTimedOut ? 1 : 0;
      served.refused += arrival.outcome == Outcome::kRefused ? 1 : 0;
      served.late += arrival.picked_up - arrival.at > kLate ? 1 : 0;
    }
    const bool counts = arrival.outcome == Outcome::kServed && arrival.ended >= storm.warm_up &&
                        arrival.ended < storm.duration &&
                        arrival.ended - arrival.at <= storm.deadline;
    if (counts) {
      waits.push_back(
          std::chrono::duration<double, std::milli>(arrival.ended - arrival.at).count());
    }
  }
  const std::chrono::duration<double> counted = storm.duration - storm.warm_up;
  served.per_second = static_cast<double>(waits.size()) / counted.count();
  served.timed_out /= arrived;
  served.refused /= arrived;
  served.late /= arrived;
  constexpr double kMedian = 0.5;
  constexpr double kTail = 0.95;
  served.p50_ms = percentile(waits, kMedian);
  served.p95_ms = percentile(waits, kTail);
  return served;
}

template <class Pool>
void meet(Pool& pool, const Storm& storm, std::chrono::steady_clock::time_point start,
          Arrival& arrival) {
  using Clock = std::chrono::steady_clock;
  std::this_thread::sleep_until(start + arrival.at);
  arrival.picked_up = Clock::now() - start;
  arrival.outcome = pool.borrow_until(start + arrival.at + storm.deadline, [&](Session& session) {
    arrival.ended = Clock::now() - start;
    session.touch();
    std::this_thread::sleep_for(storm.holds);
  });
}

template <class Pool>
Served storm(Pool& pool, const Storm& load) {
  std::vector<Arrival> arrivals = arrivals_of(load);
  std::atomic<std::size_t> next{0};
  // Time to start the threads before the first arrival.
  constexpr std::chrono::milliseconds kGathering{300};
  const auto start = std::chrono::steady_clock::now() + kGathering;
  run_small_threads(load.callers, [&](int /*caller*/) {
    for (std::size_t i = next.fetch_add(1); i < arrivals.size(); i = next.fetch_add(1)) {
      meet(pool, load, start, arrivals[i]);
    }
  });
  return sum_up(arrivals, load);
}

}  // namespace millpond::bench
