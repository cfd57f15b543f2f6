#include "millpond/pools/internal/slot_table.h"

#include <algorithm>

namespace millpond::internal {
namespace {

std::uint64_t next_number() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// Spreads threads that come to a pool for the first time over its slots.
std::uint32_t thread_ordinal() noexcept {
  static std::atomic<std::uint32_t> last{0};
  static thread_local const std::uint32_t ordinal = last.fetch_add(1, std::memory_order_relaxed);
  return ordinal;
}

}  // namespace

SlotTable::SlotTable(const Shape& shape)
    : shape_(shape),
      number_(next_number()),
      home_(number_ % kHomes),
      slots_(shape.slots),
      index_(shape.slots),
      preferred_(shape.slots),
      size_(0) {
  grow_to(shape.slots);
}

void SlotTable::grow_to(std::uint32_t slots) {
  const std::uint32_t before = size();
  slots_.grow_to(slots);
  index_.grow_to(slots);
  for (SlotId id = before; id < slots; ++id) {
    slots_[id].id = id;
  }
  size_.store(std::max(before, slots), std::memory_order_release);
}

std::uint32_t SlotTable::start() noexcept {
  if (shape_.turn == Turn::kNext) {
    return (turn_.load(std::memory_order_relaxed) + 1) % size();
  }
  const Home& home = homes[home_];
  const std::uint32_t preferred = preferred_.load(std::memory_order_relaxed);
  const std::uint32_t first = home.pool == number_ ? home.slot->id : thread_ordinal() % size();
  return first < preferred ? first : 0;
}

Slot* SlotTable::take_nearby() noexcept {
  if (shape_.turn == Turn::kCore) {
    return nullptr;
  }
  const SlotId from = start();
  const SlotId end = size();
  const SlotId preferred = std::clamp(preferred_.load(std::memory_order_relaxed), from, end);
  std::uint32_t looks = 0;
  Slot* found = search_range(from, preferred, looks);
  if (found == nullptr) {
    found = search_range(0, from, looks);
  }
  if (found == nullptr) {
    found = search_range(preferred, end, looks);
  }
  if (found != nullptr && shape_.turn == Turn::kNext) {
    turn_.store(found->id, std::memory_order_relaxed);
  } else if (found != nullptr) {
    settle(*found);
  }
  return found;
}

Slot* SlotTable::search_range(SlotId from, SlotId end, std::uint32_t& looks) noexcept {
  for (SlotId id = index_.next(from, end); id != kNoSlot && looks < kNearby;
       id = index_.next(id + 1, end)) {
    ++looks;
    if (slots_[id].word.try_take()) {
      return &slots_[id];
    }
  }
  return nullptr;
}

Slot* SlotTable::relist_idle(const SlotId* ids, std::uint32_t count, Slot* found) noexcept {
  for (std::uint32_t i = 0; i < count; ++i) {
    Slot& slot = slots_[ids[i]];
    if (!slot.word.try_take()) {
      continue;  // whoever has it sees the mark when it comes back
    }
    list(slot);
    if (found == nullptr) {
      found = &slot;
    } else {
      give_back(slot);
    }
  }
  return found;
}

}  // namespace millpond::internal
