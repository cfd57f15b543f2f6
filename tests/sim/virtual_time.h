// Time as the simulator counts it: nanoseconds that pass only when it says so.
//
// Plain values.
#pragma once

#include <chrono>
#include <cstdint>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/time_point.h"

namespace millpond::sim {

using Nanos = std::int64_t;

inline constexpr Nanos kMicrosecond = 1000;
inline constexpr Nanos kMillisecond = 1000 * kMicrosecond;
inline constexpr Nanos kSecond = 1000 * kMillisecond;
inline constexpr Nanos kHour = 3600 * kSecond;
inline constexpr Nanos kForever = INT64_MAX / 4;

// A pool is looked after this often.
inline constexpr Nanos kTick = 50 * kMillisecond;

inline TimePoint time_at(Nanos when) {
  return TimePoint{std::chrono::nanoseconds{when}};
}

inline Nanos nanos_of(policy::Duration span) {
  return std::chrono::nanoseconds{span}.count();
}

inline policy::Duration span_of(Nanos span) {
  return std::chrono::duration_cast<policy::Duration>(std::chrono::nanoseconds{span});
}

}  // namespace millpond::sim
