// One caller of the simulated pool: a thread that acquires, holds, returns, and rests, as the code
// of Pool and its lease does it.
//
// A plain value for one thread.
#pragma once

#include <cstdint>

#include "millpond/pools/internal/home.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/sim/oracle.h"
#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

struct Caller : internal::Waiter {
  enum class State : std::uint8_t {
    kResting,
    kTaking,     // has an idle slot, and looks at its marks
    kLooking,    // has a marked slot, for the core
    kAsking,     // is about to ask the core
    kWaiting,    // is queued
    kTooLate,    // gave up, but was completed before: awaits the news
    kLingering,  // is through, but for a nudge on its way
    kHolding,    // has a lease
    kNesting,    // has a lease, and asks for another
    kLeaving,    // is about to make its slot idle, having seen that nobody waits
    kReturning,  // gives it back, step by step
  };

  Caller() : Waiter(&hear) {}

  CallerId id = kNobody;
  std::uint32_t stamp = 0;  // which of its acquires this is
  State state = State::kResting;
  internal::ThreadId own_thread = internal::kNoThread;
  Caller* outer = nullptr;  // of the same thread, which awaits this one's end
  internal::Home home;
  internal::Slot* has = nullptr;
  internal::Patience patience = internal::Patience::kWait;
  internal::Return how = internal::Return::kClean;
  Nanos asked = 0;
  Nanos gives_up = 0;
  Nanos next_deadline = kForever;  // the earliest event of its kind that is planned
  Nanos returned = 0;
  bool done = false;  // news that came
  bool look = false;
  bool stop = false;
  bool waking = false;  // and it is about to run

  // What the pool does to wake a waiter.
  static void hear(Waiter& waiter, News news) {
    auto& caller = static_cast<Caller&>(waiter);
    (news == News::kDone ? caller.done : caller.look) = true;
  }

  // A new waiter for a new wait, as on the stack of an acquire.
  void renew_waiter() {
    static_cast<Waiter&>(*this) = Waiter(&hear);
    done = look = stop = waking = false;
  }
};

}  // namespace millpond::sim
