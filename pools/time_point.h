// The one notion of "when" inside the pools: the steady clock's, so that a step of the wall clock
// evicts nothing and hangs nobody. A type only; reading the clock is Env's business.
#pragma once

#include <chrono>

namespace millpond {

using TimePoint = std::chrono::steady_clock::time_point;

}  // namespace millpond
