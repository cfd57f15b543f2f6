// The decisions of one pool: who gets which slot, who waits, what has to be dialled, probed,
// reset, and closed. A state machine without I/O, clock, lock, or thread: an event and the time
// come in, a list of actions comes out.
//
// Not thread-safe: its Pool holds one mutex around it. Every event is bounded by the number of
// slots; acquire and release are O(1) but for expired slots they pass over.
//
//   Actions actions;
//   if (core.acquire(waiter, now, actions) == Admission::kGranted) use(waiter.slot);
//   …perform the actions, then report each with on_dialed, on_closed, …
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/closed_counts.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

enum class Admission : std::uint8_t { kGranted, kQueued, kRefused };
enum class Patience : std::uint8_t { kWait, kNoWait };

// How a connection came back.
enum class Return : std::uint8_t { kClean, kDirty, kBroken };

// How an operation on a slot's connection ended.
enum class Outcome : std::uint8_t { kDone, kFailed };

// Whether waiting can cure a failed dial.
enum class DialFailure : std::uint8_t { kTransient, kTerminal };

struct CoreCounters {
  std::int64_t granted = 0;
  std::int64_t queued = 0;
  std::int64_t refused = 0;
  std::int64_t cancelled = 0;
  std::int64_t dialled = 0;
  std::int64_t dial_failures = 0;
  ClosedCounts closed;
};

class PoolCore {
 public:
  // `seed` drives the jitter of lifetimes and back-off: the same seed and events give the same
  // decisions.
  PoolCore(const policy::PoolPolicy& policy, std::uint64_t seed);

  // Callers.
  Admission acquire(Waiter& waiter, Patience patience, TimePoint now, Actions& actions);
  // True when the waiter was still queued and is out now; false when it was completed already, in
  // which case its completion has run or is about to.
  bool cancel(Waiter& waiter);
  void release(SlotId slot, Return how, TimePoint now, Actions& actions);

  // Completions of actions.
  void on_dialed(SlotId slot, TimePoint now, Actions& actions);
  void on_dial_failed(SlotId slot, DialFailure failure, TimePoint now, Actions& actions);
  void on_probed(SlotId slot, Outcome outcome, TimePoint now, Actions& actions);
  void on_reset(SlotId slot, Outcome outcome, TimePoint now, Actions& actions);
  void on_closed(SlotId slot, TimePoint now, Actions& actions);

  // Maintenance: retires what is past its lifetime or idle too long, keeps sessions alive, refills
  // to min_idle, dials again after a back-off.
  void on_tick(TimePoint now, Actions& actions);

  // Refuses newcomers and waiters, closes what is idle, and what is leased as it returns.
  // Call it again while the actions come back full.
  void close(Actions& actions);

  int count(SlotState state) const { return counts_[static_cast<int>(state)]; }
  int open() const { return static_cast<int>(slots_.size()) - count(SlotState::kEmpty); }
  std::size_t waiting() const { return waiters_.size(); }
  bool closed() const { return closed_; }
  const CoreCounters& counters() const { return counters_; }

 private:
  void move(SlotId slot, SlotState to);
  void unlink_idle(SlotId slot);
  void push_idle(SlotId slot);
  int pending() const;  // slots that will serve a waiter without anybody returning anything
  int live() const;     // slots whose session works as far as we know

  // Takes the next idle slot for lending; retires and probes what it meets on the way.
  // kNoSlot when there is none to lend right now.
  SlotId take_idle(TimePoint now, Actions& actions);
  bool needs_probe(const Slot& slot, TimePoint now) const;
  void make_available(SlotId slot, TimePoint now, Actions& actions);
  void lend(Waiter& waiter, SlotId slot);
  void refuse(Waiter& waiter, Refusal why);
  void refuse_all(Refusal why, Actions& actions);
  void retire(SlotId slot, std::int64_t& reason, Actions& actions);
  void sweep_idle(TimePoint now, Actions& actions);

  // Everything that follows from a change: idle slots for waiters, then dials for the waiters and
  // for min_idle, as far as the limits allow. `extra` counts a caller who asked but did not wait.
  void balance(int extra, TimePoint now, Actions& actions);
  bool hopeless(TimePoint now) const;
  std::uint64_t next_random();

  const policy::PoolPolicy policy_;
  std::vector<Slot> slots_;
  std::vector<SlotId> empty_;
  std::array<int, kSlotStates> counts_{};
  SlotId newest_idle_ = kNoSlot;
  SlotId oldest_idle_ = kNoSlot;
  WaiterQueue waiters_;
  bool closed_ = false;

  int failed_dials_ = 0;   // in a row
  bool terminal_ = false;  // the last of them cannot be cured by waiting
  TimePoint next_dial_{};  // not before this
  std::uint64_t random_;   // splitmix64 state
  CoreCounters counters_;
};

}  // namespace millpond::internal
