// The decisions of one pool: who gets which slot, who waits, what has to be dialled, probed, reset,
// and closed. A state machine without I/O, clock, lock, or thread: an event and the time come in, a
// list of actions comes out. Threads take and return idle slots beside it, through the SlotTable,
// so the core never believes that a slot is idle: it claims it, and the claim may fail.
//
// Not thread-safe: its Pool holds one mutex around it. acquire, release and the completions are
// O(1) but for the search of an idle slot (idle_index.h); on_tick, on_hung_up, resize and
// bump_generation look at every slot. Nothing is allocated after construction but by resize.
//
//   Actions actions;
//   if (core.acquire(waiter, Patience::kWait, now, actions) == Admission::kGranted) …waiter.slot…
//   …perform the actions, report each with on_dialed, on_closed, …; resume() if they came full
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "millpond/policy/admission.h"
#include "millpond/policy/health.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/uniform.h"
#include "millpond/pools/closed_counts.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/demand.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/machine.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_record.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

enum class Admission : std::uint8_t { kGranted, kQueued, kRefused };
enum class Patience : std::uint8_t { kWait, kNoWait };

// How a connection came back.
enum class Return : std::uint8_t {
  kClean,
  kDirty,
  kBroken,
  kDiscarded,  // given up by its borrower, though nothing shows that the session is at fault
};

// How an operation on a slot's connection ended.
enum class Outcome : std::uint8_t { kDone, kFailed };

struct CoreCounters {
  std::int64_t queued = 0;
  std::int64_t refused = 0;
  std::int64_t shed = 0;  // of the refused
  std::int64_t cancelled = 0;
  std::int64_t handed_over = 0;  // returns that went to a waiter
  std::int64_t nested = 0;       // waits of a thread that holds a lease of the same pool
  std::int64_t dialled = 0;
  std::int64_t dial_failures = 0;
  ClosedCounts closed;
};

class PoolCore {
 public:
  struct Surroundings {
    SlotTable& table;  // of slots_for(policy) slots
    Machine& machine;
    DialGate& gate;
    std::size_t endpoints;  // that the gate knows; at least one
    std::uint64_t seed;     // of jitter: the same seed and events give the same decisions
  };
  PoolCore(const policy::PoolPolicy& policy, const Surroundings& surroundings);

  // Places that a pool of this policy may need at once: its size, spares, and overflow.
  static std::uint32_t slots_for(const policy::PoolPolicy& policy);

  // A caller who found no slot on the fast path.
  Admission acquire(Waiter& waiter, Patience patience, TimePoint now, Actions& actions);
  // True when the waiter was still queued and is out now; false when it was completed already, in
  // which case its completion has run or is about to.
  bool cancel(Waiter& waiter, TimePoint now, Actions& actions);
  // A nudged waiter looks again. kQueued: it goes on waiting for its news.
  Admission retry(Waiter& waiter, TimePoint now, Actions& actions);

  // The caller has just taken the slot, found a mark, and gives it to the core instead.
  void look_at(SlotId slot, TimePoint now, Actions& actions);
  // The caller gave the slot back and found a mark or a waiter after that: whoever has the slot by
  // now, nothing that is due is overlooked.
  void look_again(SlotId slot, TimePoint now, Actions& actions);
  // A slot was left idle, though somebody waits, because its hand-over is not due yet.
  void nudge(Actions& actions);
  // A return that could not take the fast path; the caller still has the slot.
  void release(SlotId slot, Return how, TimePoint now, Actions& actions);

  // Completions of actions.
  void on_dialed(SlotId slot, TimePoint now, Actions& actions);
  void on_dial_failed(SlotId slot, DialFailure failure, TimePoint now, Actions& actions);
  void on_probed(SlotId slot, Outcome outcome, TimePoint now, Actions& actions);
  void on_reset(SlotId slot, Outcome outcome, TimePoint now, Actions& actions);
  void on_closed(SlotId slot, TimePoint now, Actions& actions);

  // The session's socket is watched from here on, by the watch of this number; 0: not any more.
  // Before the watch may tell anything. Its slot is still the caller's.
  void on_watched(SlotId slot, std::uint64_t watch) { records_[slot].watch = watch; }
  // That watch says that the server has hung up: an idle session is closed now, a borrowed one at
  // its return, one that is being dialled, probed or reset when that ends. News from a watch that
  // is not the slot's any more, because it tells of a session before this one, changes nothing.
  void on_hung_up(SlotId slot, std::uint64_t watch, TimePoint now, Actions& actions);

  // Maintenance: retires what is too old, idle too long or superfluous, rotates, keeps sessions
  // alive, refills to min_idle, dials again after a back-off, sheds.
  void on_tick(TimePoint now, Actions& actions);
  // The rest of an event whose actions came back full.
  void resume(TimePoint now, Actions& actions);

  // Another size, at once upwards; downwards idle connections go first and borrowed ones as they
  // return. `size` >= 1.
  void resize(std::int64_t size, TimePoint now, Actions& actions);
  // Every connection there is becomes outdated: idle ones close, borrowed ones as they return.
  void bump_generation(TimePoint now, Actions& actions);
  // Every connection there is gets a successor, one after the other within `over`; nobody waits for
  // it. For another password that is good as the old one is.
  void renew(policy::Duration over, TimePoint now, Actions& actions);
  // The same for one, when the next tick comes.
  void renew_one(SlotId slot, policy::Duration over, TimePoint now);
  EndpointId endpoint(SlotId slot) const { return records_[slot].endpoint; }
  // The session refused a write because its server takes none: from here on only dials to one that
  // does count. Replaces all sessions as bump_generation() does, once for each generation.
  void on_read_only(SlotId slot, TimePoint now, Actions& actions);

  // Refuses newcomers and waiters, closes what is idle, and what is leased as it returns.
  void close(Refusal why, TimePoint now, Actions& actions);

  // Sessions above what the size and the rotations under way allow, but for those being closed.
  std::int64_t surplus() const { return open() - count(SlotState::kClosing) - size_ - rotations_; }
  int count(SlotState state) const { return counts_[static_cast<int>(state)]; }
  // Slots whose session the server has, or is about to have.
  int open() const { return static_cast<int>(records_.size()) - count(SlotState::kEmpty); }
  // Live slots that somebody has at this moment. Looks at every slot.
  int leased() const;
  // Below the size while the server admits no more.
  std::int64_t effective_size() const { return std::min(size_, ceiling_); }
  // And dials, by endpoint.
  std::span<const std::int64_t> sessions() const { return sessions_; }
  // What may be open at once: the size, rotations under way, and overflow.
  std::int64_t most_open() const { return size_ + rotations_ + overflow_max_; }
  std::int64_t size() const { return size_; }
  std::uint32_t slots_at(std::int64_t size) const {
    return static_cast<std::uint32_t>(size + policy_.rotation_spare + overflow_max_);
  }
  std::size_t waiting() const { return waiters_.size(); }
  std::size_t ahead_of(const Waiter& waiter) const;
  bool closed() const { return closed_ != Refusal::kNone; }
  const CoreCounters& counters() const { return counters_; }
  SlotState state(SlotId slot) const { return records_[slot].state; }

 private:
  using Reason = std::int64_t ClosedCounts::*;

  static Admission admission_of(const Waiter& waiter);

  // Slots and their states.
  void move(SlotId slot, SlotState to);
  bool claim(SlotId slot);
  void refresh(SlotId slot, TimePoint now);
  bool needs_probe(SlotId slot, TimePoint now) const;
  std::optional<Reason> reason_to_close(SlotId slot, TimePoint now) const;
  void retire(SlotId slot, Reason reason, Actions& actions);
  void mark_stale(Slot& slot);
  void clear_stale(Slot& slot);
  // Claims and retires an idle slot, or marks a leased one so that its return does.
  void retire_or_mark(SlotId slot, Reason reason, Actions& actions);
  // The slots marked since the last time, once more behind the heavy fence.
  void retire_marked(Actions& actions);
  void probe(SlotId slot, TimePoint now, Actions& actions);
  void offer(SlotId slot, TimePoint now, Actions& actions);
  void make_idle(SlotId slot);

  // What one session's failure says of the others (pool_core_health.cc).
  void suspect_unproven(TimePoint since, TimePoint now);
  void clear_suspect(SlotId slot);
  void probe_suspects(TimePoint now, Actions& actions);
  policy::HealthChecks health_checks() const { return policy::health_checks(policy_, size_); }

  // Waiters.
  // Claims an idle slot that may be lent; kNoSlot when there is none. Closes what it meets on the
  // way, and has stale ones probed, as many as there are callers for them.
  SlotId find(TimePoint now, Actions& actions);
  Slot* search(Marks avoid);
  Refusal reason_to_refuse(const Waiter& waiter, TimePoint now);
  bool everyone_waits_here(ThreadId newcomer) const;
  bool holds_a_lease(ThreadId thread) const;
  Waiter& next_waiter(TimePoint now);
  void grant(SlotId slot, TimePoint now, Actions& actions);
  void join(Waiter& waiter, TimePoint now);
  void leave(Waiter& waiter);
  void refuse(Waiter& waiter, Refusal why);
  void send_away(Waiter& waiter, Refusal why, Actions& actions);
  void refuse_all(Refusal why, Actions& actions);
  void shed(TimePoint now, Actions& actions);
  // Everything that follows from an event: whoever waits is served or watched for, then dials.
  void settle(TimePoint now, Actions& actions);
  void serve(TimePoint now, Actions& actions);

  // Dials.
  int pending() const;  // slots that will serve a waiter without anybody returning anything
  // Of these, neither under suspicion nor slow.
  int dependable() const { return pending() - doubtful_ - stalled_; }
  int live() const;  // slots whose session works as far as we know
  void open_more(int extra, TimePoint now, Actions& actions);
  struct Successor {
    EndpointId endpoint = kNoEndpoint;
    SlotId replaces = kNoSlot;
  };
  SlotId dial(const Successor& successor, TimePoint now, Actions& actions);
  std::int64_t most_now(TimePoint now) const;
  bool may_raise(TimePoint now) const;
  DialGate::Stake stake() const;
  void learn(EndpointId endpoint, DialFailure failure, TimePoint now);
  void end_dial(SlotId slot);
  bool hopeless(TimePoint now) const;
  policy::Duration renewal_delay() { return policy::uniform_below(renewing_, next_random()); }
  std::uint64_t next_random();

  // Upkeep (pool_core_upkeep.cc).
  void notice_stalled(SlotRecord& dial, TimePoint now);
  struct Census {
    int leased = 0;
    int idle = 0;
    policy::HealthChecks checks;
  };
  Census take_census(TimePoint now);
  std::int64_t missing_idle() const;  // below min_idle, negative where there are more
  void tend(SlotId slot, TimePoint now, Census& census, Actions& actions);
  bool superfluous(SlotId slot, TimePoint now, const Census& census) const;
  void close_surplus(Actions& actions);
  void rotate(TimePoint now, Actions& actions);
  bool room_to_rotate(TimePoint now) const;
  SlotId due_for_rotation(TimePoint now);
  Successor due_for_return(TimePoint now);
  void end_rotation(SlotId old);
  void follow_demand(TimePoint now);

  policy::PoolPolicy policy_;
  SlotTable& table_;
  Machine& machine_;
  DialGate& gate_;
  std::int64_t size_;
  std::int64_t overflow_max_;

  std::vector<SlotRecord> records_;
  std::vector<SlotId> empty_;  // a heap, the lowest first
  std::array<int, kSlotStates> counts_{};
  bool marked_ = false;  // some slot was marked to retire since the last heavy fence
  int stale_ = 0;        // slots with kStaleMark
  int suspects_ = 0;     // of these, under suspicion
  int doubtful_ = 0;     // of these, being probed
  std::uint32_t generation_ = 1;
  std::int64_t first_dials_ = 0;   // of this generation, to be spread wider
  std::int64_t missing_idle_ = 0;  // below min_idle, as of the last tick
  std::int64_t rotations_ = 0;     // sessions above the size that stand in for old ones
  TimePoint next_rotation_ = TimePoint::max();  // none is due before
  Demand demand_;

  WaiterQueue waiters_;
  policy::AdmissionControl admission_;
  Waiter* nudged_ = nullptr;          // about to look again
  const Waiter* newcomer_ = nullptr;  // in the middle of acquire or retry: told by its return value
  Refusal closed_ = Refusal::kNone;

  // Dials.
  std::vector<std::int64_t> sessions_;         // and dials, by endpoint
  std::vector<TimePoint> avoid_until_;         // by endpoint
  bool dials_fail_ = false;                    // the last one did
  int stalled_ = 0;                            // dials that take long, as of the last tick
  int exhausted_dials_ = 0;                    // in a row: this host has no descriptors or ports
  TimePoint next_dial_{};                      // not before this
  int full_dials_ = 0;                         // in a row: the server admits no more
  std::int64_t ceiling_ = policy::kUnlimited;  // sessions that it did admit
  TimePoint next_raise_{};                     // then one more is tried
  TimePoint next_role_bump_ = TimePoint::min();
  TimePoint renewed_ = TimePoint::min();  // sessions dialled before are replaced
  policy::Duration renewing_{};           // over this time
  std::uint64_t random_;                  // splitmix64 state
  CoreCounters counters_;
};

}  // namespace millpond::internal
