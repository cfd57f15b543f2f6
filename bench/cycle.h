// The plain cycle: borrow, touch, give back, as fast as it goes, on one and more threads.
//
// For one thread; it starts the others.
//
//   MutexLifo pool(32);
//   double ns = cycle(pool, {.threads = 8, .duration = 100ms}).ns;
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "millpond/bench/allocation_count.h"
#include "millpond/bench/crew.h"
#include "millpond/bench/session.h"

namespace millpond::bench {

struct Cycles {
  double ns = 0;           // of a cycle, as a thread sees it: it may have waited for a processor
  double allocations = 0;  // of a cycle, on the borrower's thread
  double refused = 0;      // share of the attempts that got nothing
};

// What one member did.
struct CycleTally {
  std::int64_t tried = 0;
  std::int64_t served = 0;
  std::int64_t allocated = 0;
  std::chrono::nanoseconds spent{};
};

// An object rather than a function, so that every pool gets it inlined.
inline constexpr auto kTouch = [](Session& session) { session.touch(); };

// So many cycles; how many of them got a session.
template <class Pool>
std::int64_t turn(Pool& pool, std::int64_t cycles) {
  std::int64_t served = 0;
  for (std::int64_t i = 0; i < cycles; ++i) {
    served += pool.borrow(kTouch) ? 1 : 0;
  }
  return served;
}

template <class Pool>
CycleTally tally_cycles(Pool& pool, Signals& signals) {
  constexpr std::int64_t kWarmUp = 1000;
  constexpr std::int64_t kBatch = 64;  // between two looks at the signal
  turn(pool, kWarmUp);
  signals.ready();
  CycleTally tally;
  const std::int64_t allocated_before = allocations();
  const auto start = std::chrono::steady_clock::now();
  while (signals.running()) {
    tally.served += turn(pool, kBatch);
    tally.tried += kBatch;
  }
  tally.spent = std::chrono::steady_clock::now() - start;
  tally.allocated = allocations() - allocated_before;
  return tally;
}

template <class Pool>
Cycles cycle(Pool& pool, const Crew& crew) {
  const std::vector<CycleTally> tallies = run_crew<CycleTally>(
      crew, [&pool](int /*member*/, Signals& signals) { return tally_cycles(pool, signals); });
  CycleTally all;
  for (const CycleTally& tally : tallies) {
    all.tried += tally.tried;
    all.served += tally.served;
    all.allocated += tally.allocated;
    all.spent += tally.spent;
  }
  const auto tried = static_cast<double>(all.tried);
  return {.ns = static_cast<double>(all.spent.count()) / tried,
          .allocations = static_cast<double>(all.allocated) / tried,
          .refused = static_cast<double>(all.tried - all.served) / tried};
}

}  // namespace millpond::bench
