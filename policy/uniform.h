// A 64-bit random number scaled to a span of time.
//
// Pure; safe from any thread.
//
//   uniform_below(10s, random);  // U[0, 10s)
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// `random` is uniform over 64 bits; a span of 0 or less gives 0. Multiplies, so that no value is
// more likely than its neighbour as it is with a remainder.
constexpr Duration uniform_below(Duration span, std::uint64_t random) {
  if (span <= Duration::zero()) {
    return Duration::zero();
  }
  const auto product =
      static_cast<unsigned __int128>(random) * static_cast<std::uint64_t>(span.count());
  return Duration{static_cast<Duration::rep>(product >> 64)};
}

}  // namespace millpond::policy
