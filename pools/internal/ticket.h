// The right to one slot for one lease. What a Lease is made of.
//
// A plain value. Using it after its return is noticed: the slot is idle then, or another lease's.
#pragma once

#include <cstdint>

#include "millpond/pools/internal/slot.h"

namespace millpond::internal {

struct Ticket {
  Slot* slot = nullptr;     // null: none
  std::uint64_t lease = 0;  // the slot's how-manieth

  explicit operator bool() const noexcept { return slot != nullptr; }
  bool valid() const noexcept {
    return slot != nullptr && slot->leases.load(std::memory_order_relaxed) == lease &&
           !slot->word.looks_idle();
  }
};

}  // namespace millpond::internal
