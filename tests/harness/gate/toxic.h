// What a Gate does to the traffic that passes it: a plain value. Gate has a function for each.
#pragma once

#include <chrono>
#include <cstdint>

namespace millpond::harness {

struct Toxic {
  enum class Kind : std::uint8_t {
    kPass,
    kDelay,
    kThrottle,
    kDrop,
    kCloseOnData,
    kLimitBytes,
    kCorrupt,
    kHalfOpen,
    kReset,
    kStopAccepting,
  };

  Kind kind = Kind::kPass;
  std::chrono::microseconds delay{};
  std::chrono::microseconds jitter{};
  std::int64_t bytes = 0;  // let through, in a second, or between two that are corrupt
};

}  // namespace millpond::harness
