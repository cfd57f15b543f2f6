// What is true of a pool, kept beside it from what its callers and its backend see: who uses which
// session, what every session has been through, who waits and in what order. It takes no verdict
// from the core, it only hears what the core told others, and complains when that cannot be.
//
// For one thread.
//
//   oracle.begins(now, slot);
//   …one event of the core, its grants, refusals and actions…
//   oracle.ends(core.counters().closed);
//   if (!oracle.complaint().empty()) …
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/closed_counts.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/sim/dial_oracle.h"
#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

using CallerId = std::uint32_t;
inline constexpr CallerId kNobody = 0xffffffff;

// Where a session is.
enum class Place : std::uint8_t {
  kNowhere,
  kDialing,
  kIdle,
  kLent,
  kWithCore,  // given to the core, which decides at the end of the event
  kProbing,
  kResetting,
  kClosing,
};
inline constexpr int kPlaces = 8;

struct Session {
  Place place = Place::kNowhere;
  std::uint32_t number = 0;
  CallerId user = kNobody;
  std::uint32_t generation = 0;
  internal::EndpointId endpoint = 0;
  bool broken = false;
  bool dirty = false;
  bool rested = false;   // idle since it was last used or proven
  bool watched = false;  // a hang-up of its server is told
  bool hung_up = false;  // and was, or is just being told
  bool dead = false;     // it was: nobody may be lent it any more
  Nanos born = 0;
  Nanos proven = 0;
  Nanos asked = 0;              // when its probe or reset began
  Nanos suspected = -kForever;  // others have failed that were asked then
  Nanos used = 0;
  Nanos handed_over = -kForever;  // of the slot, whatever its session
  std::int64_t leases = 0;
};

// Truths that the core counts too.
struct Truth {
  std::int64_t queued = 0;           // was told to wait
  std::int64_t granted_at_once = 0;  // was not
  std::int64_t granted = 0;          // after waiting
  std::int64_t refused = 0;
  std::int64_t shed = 0;
  std::int64_t cancelled = 0;
  std::int64_t dialled = 0;
  std::int64_t dial_failures = 0;
  std::int64_t closed = 0;
  std::int64_t broken = 0;
};

class Oracle {
 public:
  struct Size {
    std::uint32_t slots = 0;
    std::uint32_t callers = 0;
    std::size_t endpoints = 1;
  };
  Oracle(const policy::PoolPolicy& policy, Size size);

  // The first thing that cannot be; empty while there is none.
  const std::string& complaint() const { return complaint_; }
  void complain(std::string text);

  // An event of the core. `subject` is the slot it is about, or kNoSlot.
  void begins(Nanos at, internal::SlotId subject);
  void ends(const ClosedCounts& closed);

  // What callers do with slots.
  void takes(internal::SlotId slot, CallerId caller);
  void borrows(internal::SlotId slot, CallerId caller, Nanos now);
  void gives_back(internal::SlotId slot, CallerId caller, Nanos now);
  // Within an event: the core has it now, after a lease or without one.
  void gives_to_core(internal::SlotId slot, CallerId caller);
  void releases(internal::SlotId slot, CallerId caller, internal::Return how);
  void rival_acted() { rivals_acted_ = true; }

  // The queue.
  void is_thread(CallerId caller, internal::ThreadId thread) { requests_[caller].thread = thread; }
  void asks(CallerId caller, internal::Patience patience);
  // Whether it hears of it by its own call's return, or was asleep: that is a hand-over.
  enum class Told : std::uint8_t { kByReturn, kByNews };
  void granted(CallerId caller, internal::SlotId slot, Told told);
  void refused(CallerId caller, internal::Refusal why);
  void queued(CallerId caller);
  void cancelled(CallerId caller);
  bool waits(CallerId caller) const { return requests_[caller].waits; }
  std::int64_t waiting() const { return waiting_; }

  // What the core asks for, and what comes of it.
  void dials(internal::SlotId slot, internal::EndpointId endpoint);
  void probes(internal::SlotId slot);
  void resets(internal::SlotId slot);
  void closes(internal::SlotId slot);
  // Before the core hears of it.
  void dialed(internal::SlotId slot, Nanos at);
  void dial_failed(internal::SlotId slot, internal::DialFailure failure, Nanos at);
  void proved(internal::SlotId slot, internal::Outcome outcome, Nanos at);
  void closed(internal::SlotId slot);
  // The socket is watched from here on; the server hangs up, and the core is about to hear of it.
  void watches(internal::SlotId slot) { sessions_[slot].watched = true; }
  void hangs_up(internal::SlotId slot);

  // Operators. Before the core hears of it.
  void resizes(std::int64_t size) { size_ = size; }
  void grow_to(std::uint32_t slots);
  void bumps_generation() { ++generation_; }
  void closes_pool() { pool_closed_ = true; }
  void unbars() { dials_.unbarred(); }
  bool pool_closed() const { return pool_closed_; }

  const Session& session(internal::SlotId slot) const { return sessions_[slot]; }
  std::int64_t at(Place place) const { return places_[static_cast<std::size_t>(place)]; }
  std::int64_t open() const;
  std::int64_t size() const { return size_; }
  std::int64_t most_open() const { return size_ + policy_.rotation_spare + overflow_; }
  const DialOracle& dial_truth() const { return dials_; }
  Nanos last_event() const { return at_; }
  const Truth& truth() const { return truth_; }

 private:
  enum class Path : std::uint8_t { kFast, kCore };
  struct Caller {
    bool asks = false;
    bool waits = false;
    bool will_wait = true;
    std::uint64_t turn = 0;  // the how-manieth request
    internal::ThreadId thread = internal::kNoThread;
  };
  struct Turn {
    CallerId caller = kNobody;
    std::uint64_t turn = 0;
  };

  void move(internal::SlotId slot, Place to);
  bool expect(internal::SlotId slot, Place place, const char* what);
  void expect_free(internal::SlotId slot, const char* what);
  void check_lending(internal::SlotId slot, Path path, Nanos at);
  void check_age(const Session& session, Path path, Nanos at);
  void suspect_idle();
  void check_dial();
  void check_order();
  void check_closes(const ClosedCounts& closed);
  void check_close(internal::SlotId slot, const ClosedCounts& closed);
  bool may_close(const Session& session, std::int64_t ClosedCounts::*reason) const;
  void check_refusal(CallerId caller, internal::Refusal why);
  bool everyone_waits(CallerId newcomer) const;
  void leave(CallerId caller);

  const policy::PoolPolicy policy_;
  const std::int64_t overflow_;
  std::int64_t size_;
  std::vector<Session> sessions_;
  std::array<std::int64_t, kPlaces> places_{};
  std::uint32_t sessions_begun_ = 0;
  std::uint32_t generation_ = 1;
  bool pool_closed_ = false;

  std::vector<Caller> requests_;
  std::deque<Turn> turns_;  // who was told to wait, oldest first; those who left meanwhile as well
  std::uint64_t next_turn_ = 1;
  std::int64_t waiting_ = 0;

  const std::size_t endpoints_;
  DialOracle dials_;

  // The event under way.
  Nanos at_ = 0;
  internal::SlotId subject_ = internal::kNoSlot;
  internal::SlotId dying_ = internal::kNoSlot;  // of whose end it tells
  Nanos suspicion_ = -kForever;                 // that one failed, asked at that time
  bool rivals_acted_ = false;
  std::int64_t idle_before_ = 0;
  std::int64_t occupied_before_ = 0;
  bool impatient_asked_ = false;
  bool refused_as_down_ = false;
  std::uint64_t newest_granted_ = 0;
  std::uint64_t last_told_ = 0;
  std::uint32_t generation_before_ = 1;
  bool pool_closed_before_ = false;
  int closes_ = 0;
  internal::SlotId closing_ = internal::kNoSlot;
  ClosedCounts closed_before_;

  Truth truth_;
  std::string complaint_;
};

}  // namespace millpond::sim
