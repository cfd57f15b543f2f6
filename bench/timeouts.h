// How much later than its deadline an attempt that cannot succeed gives up.
//
// For one thread; it starts the others.
//
//   Overshoot late = overshoot({.threads = 4, .duration = 500ms}, [&](auto deadline) {
//     return wait_on_futex(deadline);
//   });
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "millpond/bench/crew.h"

namespace millpond::bench {

inline constexpr std::chrono::milliseconds kAttempt{1};  // the time each attempt is given

struct Overshoot {
  double p50_us = 0;
  double p99_us = 0;
  double cpu_us = 0;  // of one attempt, on its thread
  double others = 0;  // share of the attempts that ended otherwise than by their deadline
};

using Deadline = std::chrono::steady_clock::time_point;

// `attempt` waits until the deadline in vain; false where something else ended it.
Overshoot overshoot(const Crew& crew, const std::function<bool(Deadline)>& attempt);

// The least that a thread can do: one futex, one absolute deadline, nobody who wakes it.
bool wait_on_futex(Deadline deadline);

}  // namespace millpond::bench
