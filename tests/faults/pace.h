// Time as the rows need it: paces of a load, and waits for what is to come, each with an end.
//
// Safe to call from any thread.
//
//   pause(5ms, stop);                                          // unless it is to stop before
//   expect(eventually(10s, [&] { return sessions.count() == 0; }), "all sessions are gone");
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

namespace millpond::faults {

using Clock = std::chrono::steady_clock;

inline void pause(std::chrono::nanoseconds length, const std::stop_token& stop = {}) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock{mutex};
  never.wait_for(lock, stop, length, [] { return false; });
}

// Looks every millisecond; false when it did not come to pass in time.
template <class Happened>
bool eventually(std::chrono::nanoseconds patience, const Happened& happened) {
  for (const Clock::time_point end = Clock::now() + patience; !happened();
       pause(std::chrono::milliseconds{1})) {
    if (Clock::now() >= end) {
      return false;
    }
  }
  return true;
}

// What a measurement takes for granted: without it there is no figure.
inline void expect(bool holds, const std::string& what) {
  if (!holds) {
    throw std::runtime_error("expected: " + what);
  }
}

inline double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// The value below which `share` of the values lie; 0 of none.
inline double quantile(std::vector<double> values, double share) {
  if (values.empty()) {
    return 0;
  }
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(at, values.size() - 1)];
}

}  // namespace millpond::faults
