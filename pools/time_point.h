// The one notion of "when" inside the pools: the steady clock's, so that a step of the wall clock
// evicts nothing and hangs nobody. A type only; reading the clock is Env's business.
#pragma once

#include <chrono>

namespace millpond {

using TimePoint = std::chrono::steady_clock::time_point;

// `when + span` for a span that is not negative, or the end of time where that would overflow.
constexpr TimePoint later(TimePoint when, std::chrono::microseconds span) {
  const auto room = std::chrono::duration_cast<std::chrono::microseconds>(TimePoint::max() - when);
  return span >= room ? TimePoint::max() : when + span;
}

}  // namespace millpond
