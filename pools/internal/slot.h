// A place for one connection, as its borrower and the threads that look for an idle one see it.
// What only the core knows of it stands in PoolCore.
//
// Two cache lines of its own (adjacent lines are fetched in pairs). `word` belongs to everybody;
// the rest is written by who has the slot and read by anybody for reports, hence relaxed atomics,
// which cost what plain fields cost.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "millpond/pools/call_site.h"
#include "millpond/pools/internal/slot_word.h"

namespace millpond::internal {

using SlotId = std::uint32_t;
inline constexpr SlotId kNoSlot = 0xffffffff;

// Which thread, as the kernel numbers them; 0 = nobody.
using ThreadId = std::uint32_t;
inline constexpr ThreadId kNoThread = 0;

// What a lease is at its beginning: who asked, from where, and when by the pool's coarse clock.
struct Borrower {
  CallSite site{"", "", 0};
  ThreadId thread = kNoThread;
  std::int64_t since = 0;  // ns of the steady clock
};

struct alignas(128) Slot {
  SlotWord<StdAtomics> word;
  SlotId id = kNoSlot;  // set once, before the slot is reachable
  std::atomic<ThreadId> holder{kNoThread};
  // That have ended, of all its connections: the lease that has the slot now is numbered by it.
  std::atomic<std::uint64_t> leases{0};
  // The lease after which the connection has been used often enough; set by the core at each dial.
  std::atomic<std::uint64_t> last_lease{std::numeric_limits<std::uint64_t>::max()};
  std::atomic<std::int64_t> since{0};
  std::atomic<std::int64_t> handed_over{std::numeric_limits<std::int64_t>::min() / 2};
  std::atomic<const char*> file{""};
  std::atomic<const char*> function{""};
  std::atomic<std::uint32_t> line{0};
  // What the pool keeps here while a connection is open; nobody below the pool looks at it. Touched
  // by who has the slot.
  void* payload = nullptr;

  // By who has just taken the slot. Returns the lease's number.
  std::uint64_t begin_lease(const Borrower& borrower) noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    holder.store(borrower.thread, relaxed);
    since.store(borrower.since, relaxed);
    file.store(borrower.site.file, relaxed);
    function.store(borrower.site.function, relaxed);
    line.store(borrower.site.line, relaxed);
    return leases.load(relaxed);
  }

  // By who is about to give it back, once for each lease.
  void end_lease() noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    leases.store(leases.load(relaxed) + 1, relaxed);
    holder.store(kNoThread, relaxed);
  }

  bool used_up() const noexcept {
    constexpr auto relaxed = std::memory_order_relaxed;
    return leases.load(relaxed) >= last_lease.load(relaxed);
  }
};

}  // namespace millpond::internal
