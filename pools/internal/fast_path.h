// The way back of a connection without the pool's mutex, step by step: what the returner does, and
// what it has to ask the core for. One text for the pool and for the simulator, whose Table lets
// others act between the steps.
//
// Safe from any thread; the caller has the slot until it is given back.
//
//   if (Next next = return_quietly(table, slot); next != Next::kDone) …ask the core…
#pragma once

#include <chrono>
#include <cstdint>

#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

// What is left to do after a step. The core's functions of these names do it.
enum class Next : std::uint8_t {
  kDone,
  kRelease,    // the caller still has the slot
  kLookAgain,  // it was given back, and a mark or a waiter came in the same moment
  kNudge,      // it was left idle for a newcomer, and the head of the queue sleeps
};

// Where nobody waits, nothing is marked, and the connection has uses left.
template <class Table>
[[gnu::always_inline]] inline Next return_quietly(Table& table, Slot& slot) noexcept {
  if (!table.glance(slot).quiet() || slot.used_up()) [[unlikely]] {
    return Next::kRelease;
  }
  table.give_back(slot);
  return table.glance(slot).quiet() ? Next::kDone : Next::kLookAgain;
}

// Where somebody waits. A slot whose last hand-over is `handoff_after` ago goes to the queue's
// head; before that newcomers may have it, because it would idle through a wake-up.
template <class Table>
Next return_among_waiters(Table& table, Slot& slot, TimePoint now,
                          std::chrono::nanoseconds handoff_after) noexcept {
  SlotTable::Glance before = table.glance(slot);
  if (before.marks == kUnlistedMark) {
    table.list(slot);
    before = table.glance(slot);
  }
  const std::chrono::nanoseconds handed_over{slot.handed_over.load(std::memory_order_relaxed)};
  const bool waited_for = before.waiting != kNobodyWaits;
  const bool due = waited_for && now.time_since_epoch() - handed_over >= handoff_after;
  if (before.marks != kNoMarks || slot.used_up() || due) {
    return Next::kRelease;
  }
  table.give_back(slot);
  const SlotTable::Glance after = table.glance(slot);
  if (after.marks != kNoMarks) {
    return Next::kLookAgain;
  }
  if ((after.waiting & kHeadAsleep) == 0) {
    return Next::kDone;
  }
  return waited_for ? Next::kNudge : Next::kLookAgain;
}

}  // namespace millpond::internal
