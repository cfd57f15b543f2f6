// The slots of a pool as threads compete for them, without a lock: the fast path of acquire and of
// return, and the search for an idle slot.
//
// take(), give_back(), glance() and the reports are safe from any thread; what is marked "mutex" is
// for the holder of the pool's mutex. No function allocates but the constructor and grow_to(); none
// does a system call. Cost of take() where the thread's last slot is idle: one compare-and-swap.
//
//   if (Slot* slot = table.take()) {
//     …
//     if (table.glance(*slot).quiet()) { table.give_back(*slot); … look again … }
//   }
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>

#include "millpond/pools/internal/home.h"
#include "millpond/pools/internal/idle_index.h"
#include "millpond/pools/internal/segments.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_word.h"
#include "millpond/pools/internal/wait_word.h"

namespace millpond::internal {

// In which order idle slots are lent.
enum class Turn : std::uint8_t {
  kHome,  // the thread's last one, else the lowest: the surplus stays idle
  kNext,  // one after the other: work spreads over all
  kCore,  // by the core alone: take() finds nothing
};

// The padding is the point. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
class SlotTable {
 public:
  struct Shape {
    std::uint32_t slots = 0;
    Turn turn = Turn::kHome;
    Fencing fencing = Fencing::kSymmetric;
  };
  explicit SlotTable(const Shape& shape);
  SlotTable(const SlotTable&) = delete;
  SlotTable& operator=(const SlotTable&) = delete;

  // An idle slot, now the caller's, whose marks it must look at; null when none was found nearby,
  // which is no proof that there is none.
  Slot* take() noexcept {
    Slot* const home = take_home();
    return home != nullptr ? home : take_nearby();
  }

  // The two halves of take(): the slot that the thread had last, and any other.
  Slot* take_home() noexcept {
    const Home& home = homes[home_];
    if (home.pool == number_ && home.slot->id < preferred_.load(std::memory_order_relaxed) &&
        home.slot->word.try_take()) [[likely]] {
      return home.slot;
    }
    return nullptr;
  }
  Slot* take_nearby() noexcept;

  // Remembers the slot as this thread's, which has it for a lease. Only where threads have homes.
  void settle(Slot& slot) noexcept {
    if (shape_.turn == Turn::kHome) {
      homes[home_] = {number_, &slot};
    }
  }

  // What a returner must know: the slot's marks and the queue's state.
  struct Glance {
    Marks marks = kNoMarks;
    Waiting waiting = kNobodyWaits;
    bool quiet() const { return (marks | waiting) == 0; }
  };
  Glance glance(const Slot& slot) const noexcept { return {slot.word.marks(), waiting_.look()}; }

  // Makes the slot idle. The caller glances again: what it sees then is ordered behind the return.
  void give_back(Slot& slot) noexcept { slot.word.give_back(shape_.fencing); }

  // Puts the slot, which the caller has, back into the index. Before it is given back.
  void list(Slot& slot) noexcept {
    slot.word.clear(kUnlistedMark);
    index_.list(slot.id);
  }

  // Mutex: takes it out of the index; for a slot whose connection is closed.
  void unlist(Slot& slot) noexcept { index_.unlist(slot.id); }

  Slot& operator[](SlotId id) noexcept { return slots_[id]; }
  const Slot& operator[](SlotId id) const noexcept { return slots_[id]; }
  std::uint32_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  Fencing fencing() const noexcept { return shape_.fencing; }

  // Mutex: finds and takes an idle slot that has none of `avoid`, wherever it is; null when there
  // is none. Unlists what it finds busy in a large table, so that the next search is short; then
  // `heavy_fence` is called once for many, and must be the heavy side of slot_word.h.
  template <class Heavy>
  Slot* search(Marks avoid, const Heavy& heavy_fence) noexcept;

  // Mutex: tells returners who waits. Where bits were added the heavy fence comes next.
  void set_waiting(Waiting bits) noexcept { waiting_.set(bits); }
  Waiting waiting() const noexcept { return waiting_.look(); }

  // Mutex: slots below this number are preferred, and homes above it are not used, so that what the
  // demand does not need falls idle however many threads there are.
  void prefer_below(std::uint32_t slots) noexcept {
    preferred_.store(slots, std::memory_order_relaxed);
  }
  std::uint32_t preferred() const noexcept { return preferred_.load(std::memory_order_relaxed); }

  // Mutex.
  void grow_to(std::uint32_t slots);

 private:
  // A caller looks at no more than this without the mutex, and unlists from there on with it.
  static constexpr std::uint32_t kNearby = 64;

  // Of slots just unlisted, lists those again that were given back in the same moment, and takes
  // one of them unless there is one already.
  Slot* relist_idle(const SlotId* ids, std::uint32_t count, Slot* found) noexcept;
  Slot* search_range(SlotId from, SlotId end, std::uint32_t& looks) noexcept;
  std::uint32_t start() noexcept;

  const Shape shape_;
  const std::uint64_t number_;  // of this table among all of the process, never used again
  const std::size_t home_;      // where among its homes a thread keeps that of this table
  Segments<Slot> slots_;
  IdleIndex<StdAtomics> index_;

  // Read at every return, written rarely: a line of its own.
  alignas(128) WaitWord<StdAtomics> waiting_;
  std::atomic<std::uint32_t> preferred_;
  std::atomic<std::uint32_t> size_;
  // Where Turn::kNext goes on. Written at every take, so that only who asked for turns pays for it.
  alignas(128) std::atomic<std::uint32_t> turn_{0};
};

template <class Heavy>
Slot* SlotTable::search(Marks avoid, const Heavy& heavy_fence) noexcept {
  std::array<SlotId, kNearby> unlisted;  // and not yet looked at again
  std::uint32_t pending = 0;
  std::uint32_t looks = 0;
  Slot* found = nullptr;
  const SlotId end = size();
  for (SlotId id = index_.next(0, end); id != kNoSlot && found == nullptr;
       id = index_.next(id + 1, end)) {
    Slot& slot = slots_[id];
    if ((slot.word.marks() & avoid) == 0 && slot.word.try_take()) {
      found = &slot;
    } else if (++looks > kNearby && !slot.word.looks_idle()) {
      index_.unlist(id);  // before the mark: who sees the mark lists it again, and that must last
      slot.word.mark(kUnlistedMark);
      unlisted[pending++] = id;
    }
    if (pending == kNearby) {
      heavy_fence();
      found = relist_idle(unlisted.data(), std::exchange(pending, 0), found);
    }
  }
  if (pending > 0) {
    heavy_fence();
    found = relist_idle(unlisted.data(), pending, found);
  }
  return found;
}

}  // namespace millpond::internal
