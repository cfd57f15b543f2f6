// The right to one slot for one lease. What a Lease is made of.
//
// A plain value. Using it after its return is noticed: leases are counted at their end.
#pragma once

#include <cstdint>

#include "millpond/pools/internal/slot.h"

namespace millpond::internal {

struct Ticket {
  Slot* slot = nullptr;     // null: none
  std::uint64_t lease = 0;  // how many leases of the slot ended before it

  explicit operator bool() const noexcept { return slot != nullptr; }
  bool valid() const noexcept { return slot->leases.load(std::memory_order_relaxed) == lease; }
};

}  // namespace millpond::internal
