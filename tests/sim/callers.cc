#include "millpond/tests/sim/callers.h"

#include <algorithm>

#include "millpond/pools/call_site.h"
#include "millpond/pools/internal/home.h"

namespace millpond::sim {

using internal::Actions;
using internal::Admission;
using internal::Patience;
using internal::Slot;
using internal::Waiter;

Callers::Callers(World& world) : world_(world), callers_(world.callers) {
  const std::uint32_t threads = world.scenario.callers;
  for (CallerId id = 0; id < callers_.size(); ++id) {
    callers_[id].id = id;
    callers_[id].own_thread = id % threads + 1;
    callers_[id].outer = id < threads ? nullptr : &callers_[id - threads];
    world.oracle.is_thread(id, callers_[id].own_thread);
  }
  resting_ = callers_.size();
  // Where this table keeps a thread's home, so that each caller can have its own.
  internal::homes = {};
  world.table.settle(world.table[0]);
  const auto place =
      std::ranges::find_if(internal::homes, [](const auto& home) { return home.pool != 0; });
  if (place != internal::homes.end()) {  // else threads have no homes in this table
    home_place_ = static_cast<std::size_t>(place - internal::homes.begin());
  }
  internal::homes = {};
}

void Callers::begin() {
  for (Caller& caller : callers_) {
    if (caller.outer == nullptr) {
      plan(caller, Kind::kArrive, world_.random.in(tempo_.rest));
    }
  }
}

void Callers::set_state(Caller& caller, State state) {
  resting_ -= caller.state == State::kResting ? 1 : 0;
  resting_ += state == State::kResting ? 1 : 0;
  caller.state = state;
}

void Callers::become(const Caller& caller) {
  internal::homes[home_place_] = caller.home;
}

void Callers::run(const Event& event) {
  Caller& caller = callers_[event.subject];
  if (event.kind == Kind::kDoneTold) {
    return hear(event, Waiter::News::kDone);
  }
  if (event.kind == Kind::kNudgeTold) {
    return hear(event, Waiter::News::kLookAgain);
  }
  if (event.kind == Kind::kDeadline) {
    return check_deadline(caller, event.when);
  }
  if (caller.stamp != event.stamp) {
    return;  // it has gone on meanwhile
  }
  switch (event.kind) {
    case Kind::kArrive:
      return arrivals_ || caller.outer != nullptr ? arrive(caller) : void();
    case Kind::kLookAt:
      return look_at(caller);
    case Kind::kAsk:
      return ask(caller);
    case Kind::kWake:
      caller.waking = false;
      return wake(caller);
    case Kind::kInterrupt:
      caller.stop = true;
      return caller.state == State::kWaiting ? wake(caller) : void();
    case Kind::kReturn:  // unless a rival made it come back before
      return caller.state == State::kHolding ? come_back(caller) : void();
    case Kind::kGiveBack:
      return caller.state == State::kLeaving ? give_back(caller) : void();
    case Kind::kGlance:
      return glance(caller);
    case Kind::kReturnSlowly:
      return return_slowly(caller);
    case Kind::kRelease:
      return release(caller);
    case Kind::kLookAgain:
      return look_again(caller);
    case Kind::kNudge:
      return nudge(caller);
    default:
      return;
  }
}

// Only what needs no mutex; the rest of it is planned.
void Callers::rival_acts() {
  Caller& caller = callers_[world_.random.below(callers_.size())];
  if (caller.state == State::kResting && caller.outer == nullptr && arrivals_) {
    world_.oracle.rival_acted();
    world_.tally.count(Deed::kRivalTake);
    arrive(caller);
  } else if (caller.state == State::kHolding) {
    world_.oracle.rival_acted();
    world_.tally.count(Deed::kRivalReturn);
    come_back(caller);
  } else if (caller.state == State::kLeaving) {
    world_.oracle.rival_acted();
    world_.tally.count(Deed::kRivalReturn);
    give_back(caller);
  }
}

// Acquiring.

void Callers::arrive(Caller& caller) {
  ++caller.stamp;
  set_state(caller, State::kTaking);
  caller.asked = world_.now();
  world_.tally.count(Deed::kAcquire);
  become(caller);
  caller.has = world_.table.take();
  caller.home = internal::homes[home_place_];
  if (caller.has == nullptr) {
    world_.trace.note({.when = world_.now(), .what = "finds none idle", .caller = caller.id});
    return will_ask(caller);
  }
  world_.trace.note(
      {.when = world_.now(), .what = "takes", .caller = caller.id, .slot = caller.has->id});
  world_.oracle.takes(caller.has->id, caller.id);
  world_.between_steps();
  judge_marks(caller);
}

void Callers::judge_marks(Caller& caller) {
  if ((caller.has->word.marks() & internal::kUnlendableMarks) != 0) {
    world_.tally.count(Deed::kMarkedTake);
    set_state(caller, State::kLooking);
    return plan(caller, Kind::kLookAt, world_.gap());
  }
  world_.tally.count(Deed::kFastTake);
  world_.oracle.borrows(caller.has->id, caller.id, world_.now());
  world_.between_steps();
  hold(caller);
}

void Callers::look_at(Caller& caller) {
  const internal::SlotId slot = caller.has->id;
  caller.has = nullptr;
  world_.tally.count(Deed::kLookAt);
  world_.trace.note({.when = world_.now(), .what = "look_at", .caller = caller.id, .slot = slot});
  world_.happen({.at = world_.now(), .subject = slot}, [&](Actions& actions) {
    world_.oracle.gives_to_core(slot, caller.id);
    world_.core.look_at(slot, time_at(world_.now()), actions);
  });
  will_ask(caller);
}

void Callers::will_ask(Caller& caller) {
  set_state(caller, State::kAsking);
  caller.asked = world_.now();
  caller.patience = world_.random.chance(tempo_.impatient) ? Patience::kNoWait : Patience::kWait;
  caller.gives_up = caller.asked + world_.random.in(tempo_.patience);
  plan(caller, Kind::kAsk, world_.gap());
}

void Callers::ask(Caller& caller) {
  world_.tally.count(Deed::kAsk);
  caller.renew_waiter();
  caller.thread =
      world_.scenario.waits == Waits::kBlocked ? caller.own_thread : internal::kNoThread;
  caller.deadline = time_at(caller.gives_up);
  Admission admission = Admission::kRefused;
  world_.trace.note({.when = caller.asked, .what = "acquire", .caller = caller.id});
  world_.happen({.at = caller.asked}, [&](Actions& actions) {
    world_.oracle.asks(caller.id, caller.patience);
    admission = world_.core.acquire(caller, caller.patience, time_at(caller.asked), actions);
    if (admission == Admission::kQueued) {
      world_.oracle.queued(caller.id);
    } else {
      note_answer(caller, Oracle::Told::kByReturn);
    }
  });
  if (admission == Admission::kQueued) {
    return await_news(caller);
  }
  conclude_wait(caller);
}

void Callers::note_answer(const Caller& caller, Oracle::Told told) {
  if (caller.refusal == internal::Refusal::kNone) {
    const bool waited = world_.oracle.waits(caller.id);
    world_.tally.count(waited ? Deed::kGrant : Deed::kGrantAtOnce);
    world_.oracle.granted(caller.id, caller.slot, told);
  } else {
    world_.tally.refused(static_cast<std::size_t>(caller.refusal));
    world_.oracle.refused(caller.id, caller.refusal);
  }
}

void Callers::complete(const Waiter& waiter) {
  note_answer(static_cast<const Caller&>(waiter), Oracle::Told::kByNews);
}

void Callers::await_news(Caller& caller) {
  set_state(caller, State::kWaiting);
  if (caller.gives_up < caller.next_deadline) {
    caller.next_deadline = caller.gives_up;
    plan(caller, Kind::kDeadline, caller.gives_up - world_.now());
  }
  if (world_.random.chance(tempo_.interrupted)) {
    const Nanos left = std::max<Nanos>(caller.gives_up - world_.now(), 2);
    plan(caller, Kind::kInterrupt, world_.random.log_between(1, left));
  }
}

void Callers::tell(Waiter& waiter, Waiter::News news) {
  const auto& caller = static_cast<const Caller&>(waiter);
  plan(caller, news == Waiter::News::kDone ? Kind::kDoneTold : Kind::kNudgeTold, world_.gap());
}

void Callers::hear(const Event& event, Waiter::News news) {
  Caller& caller = callers_[event.subject];
  const bool awaits = caller.state == State::kAsking || caller.state == State::kWaiting ||
                      caller.state == State::kTooLate || caller.state == State::kLingering;
  if (caller.stamp != event.stamp || !awaits) {
    return world_.oracle.complain("news comes for a waiter that is gone");
  }
  if (news == Waiter::News::kDone && caller.done) {
    return world_.oracle.complain("a waiter is completed twice");
  }
  if (news == Waiter::News::kLookAgain) {
    world_.tally.count(Deed::kNudgeTold);
  }
  caller.tell(caller, news);
  if (!caller.waking) {
    caller.waking = true;
    plan(caller, Kind::kWake, world_.wake_up());
  }
}

void Callers::check_deadline(Caller& caller, Nanos when) {
  if (when >= caller.next_deadline) {
    caller.next_deadline = kForever;
  }
  if (caller.state != State::kWaiting) {
    return;
  }
  if (world_.now() >= caller.gives_up) {
    wake(caller);
  } else if (caller.gives_up < caller.next_deadline) {
    caller.next_deadline = caller.gives_up;
    plan(caller, Kind::kDeadline, caller.gives_up - world_.now());
  }
}

// What a parked thread does when it runs again, whatever woke it.
void Callers::wake(Caller& caller) {
  switch (caller.state) {
    case State::kWaiting:
      if (caller.done) {
        return finish_wait(caller);
      }
      if (caller.look) {
        return retry(caller);
      }
      if (caller.stop || world_.now() >= caller.gives_up) {
        return give_up(caller);
      }
      return;
    case State::kTooLate:
      return caller.done ? finish_wait(caller) : void();
    case State::kLingering:
      return caller.look ? conclude_wait(caller) : void();
    default:
      return;
  }
}

void Callers::retry(Caller& caller) {
  caller.look = false;
  world_.nudged = world_.nudged == caller.id ? kNobody : world_.nudged;
  world_.tally.count(Deed::kRetry);
  world_.trace.note({.when = world_.now(), .what = "retry", .caller = caller.id});
  Admission admission = Admission::kQueued;
  world_.happen({.at = world_.now()}, [&](Actions& actions) {
    admission = world_.core.retry(caller, time_at(world_.now()), actions);
    if (admission != Admission::kQueued) {
      note_answer(caller, Oracle::Told::kByReturn);
    }
  });
  if (admission != Admission::kQueued) {
    finish_wait(caller);
  } else if (!caller.done && (caller.stop || world_.now() >= caller.gives_up)) {
    give_up(caller);
  }
}

void Callers::give_up(Caller& caller) {
  bool withdrawn = false;
  world_.tally.count(caller.stop ? Deed::kInterrupted : Deed::kCancel);
  world_.trace.note({.when = world_.now(), .what = "cancel", .caller = caller.id});
  world_.happen({.at = world_.now()}, [&](Actions& actions) {
    withdrawn = world_.core.cancel(caller, time_at(world_.now()), actions);
    if (withdrawn) {
      world_.oracle.cancelled(caller.id);
    }
  });
  if (withdrawn) {
    return finish_wait(caller);
  }
  world_.tally.count(Deed::kGrantAfterTimeout);
  set_state(caller, State::kTooLate);
}

// Completed or withdrawn; a nudge on its way must find the waiter alive.
void Callers::finish_wait(Caller& caller) {
  if (caller.nudged && !caller.look) {
    return set_state(caller, State::kLingering);
  }
  conclude_wait(caller);
}

void Callers::conclude_wait(Caller& caller) {
  if (Waiter::State::kGranted != static_cast<Waiter&>(caller).state) {
    return rest(caller, Mood::kDisappointed);
  }
  caller.has = &world_.table[caller.slot];
  hold(caller);
}

void Callers::hold(Caller& caller) {
  become(caller);
  world_.table.settle(*caller.has);
  caller.home = internal::homes[home_place_];
  caller.has->begin_lease(
      {.site = CallSite::here(), .thread = caller.own_thread, .since = world_.now()});
  if (caller.outer == nullptr && world_.random.chance(world_.scenario.nesting)) {
    Caller& inner = callers_[caller.id + world_.scenario.callers];
    world_.tally.count(Deed::kNested);
    set_state(caller, State::kNesting);
    return plan(inner, Kind::kArrive, world_.gap());
  }
  set_state(caller, State::kHolding);
  plan(caller, Kind::kReturn, world_.random.in(tempo_.hold));
}

}  // namespace millpond::sim
