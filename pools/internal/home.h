// The slot a thread had last of each pool: warm in its cache, and at best nobody else's.
//
// Thread-local; only a hint. A stale hint cannot be mistaken, because pools are numbered for good.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "millpond/pools/internal/slot.h"

namespace millpond::internal {

struct Home {
  std::uint64_t pool = 0;  // 0 = none
  Slot* slot = nullptr;
};

// Direct-mapped: two pools of one thread that meet in a place evict each other and lose a hint.
inline constexpr std::size_t kHomes = 64;
inline constinit thread_local std::array<Home, kHomes> homes{};

}  // namespace millpond::internal
