// How a caller gives its connection back: without the mutex where it can, and through the core.
#include "millpond/pools/internal/fast_path.h"
#include "millpond/tests/sim/callers.h"
#include "millpond/tests/sim/stepped_table.h"

namespace millpond::sim {

using internal::Actions;
using internal::Next;
using internal::Return;
using internal::SlotId;

namespace {

// Share of the returns that are split into events.
constexpr double kStepped = 0.3;

}  // namespace

Return Callers::judge() const {
  if (world_.random.chance(weather_.breaks)) {
    return Return::kBroken;
  }
  if (world_.random.chance(weather_.discards)) {
    return Return::kDiscarded;
  }
  return world_.random.chance(weather_.dirties) ? Return::kDirty : Return::kClean;
}

void Callers::come_back(Caller& caller) {
  set_state(caller, State::kReturning);
  world_.tally.count(Deed::kReturn);
  caller.how = judge();
  caller.has->end_lease();
  if ((caller.has->word.marks() & internal::kUnlistedMark) != 0) {
    world_.tally.count(Deed::kUnlisted);
  }
  if (caller.how != Return::kClean) {
    return plan(caller, Kind::kReturnSlowly, world_.gap());
  }
  if (world_.random.chance(kStepped)) {
    return leave_in_steps(caller);
  }
  SteppedTable table(world_, caller.id);
  const Next next = internal::return_quietly(table, *caller.has);
  world_.trace.note(
      {.when = world_.now(), .what = "returns", .caller = caller.id, .slot = caller.has->id});
  if (next == Next::kDone) {
    world_.tally.count(Deed::kQuietReturn);
  }
  if (next == Next::kRelease) {
    return plan(caller, Kind::kReturnSlowly, world_.gap());
  }
  follow(caller, next);
}

// What return_quietly does, as three events of their own: so that a slot can become idle in the
// middle of an event of the core, with its returner yet to look.
void Callers::leave_in_steps(Caller& caller) {
  if (!world_.table.glance(*caller.has).quiet() || caller.has->used_up()) {
    return plan(caller, Kind::kReturnSlowly, world_.gap());
  }
  set_state(caller, State::kLeaving);
  plan(caller, Kind::kGiveBack, world_.gap());
}

void Callers::give_back(Caller& caller) {
  const SlotId slot = caller.has->id;
  set_state(caller, State::kReturning);
  world_.trace.note(
      {.when = world_.now(), .what = "gives back", .caller = caller.id, .slot = slot});
  ++world_.glances[slot];
  world_.oracle.gives_back(slot, caller.id, world_.now());
  world_.table.give_back(*caller.has);
  plan(caller, Kind::kGlance, world_.gap());
}

void Callers::glance(Caller& caller) {
  const bool quiet = world_.table.glance(*caller.has).quiet();
  follow(caller, quiet ? Next::kDone : Next::kLookAgain);
}

void Callers::return_slowly(Caller& caller) {
  caller.returned = world_.now();
  if (caller.how != Return::kClean) {
    return follow(caller, Next::kRelease);
  }
  world_.tally.count(Deed::kSlowReturn);
  const Nanos handoff_after = nanos_of(world_.scenario.policy.handoff_after);
  const SlotId slot = caller.has->id;
  const Nanos handed_over = world_.oracle.session(slot).handed_over;
  SteppedTable table(world_, caller.id);
  const Next next = internal::return_among_waiters(table, *caller.has, time_at(caller.returned),
                                                   std::chrono::nanoseconds{handoff_after});
  world_.trace.note(
      {.when = world_.now(), .what = "returns slowly", .caller = caller.id, .slot = slot});
  const bool due = table.before().waiting != internal::kNobodyWaits &&
                   caller.returned - handed_over >= handoff_after;
  const bool may_stay = table.before().marks == internal::kNoMarks && !caller.has->used_up();
  if (!due && may_stay && next == Next::kRelease) {
    world_.oracle.complain("a slot is handed over before that is due");
  }
  if (due && next != Next::kRelease) {
    world_.oracle.complain("a hand-over that is due is skipped at a return");
  }
  follow(caller, next);
}

void Callers::follow(Caller& caller, Next next) {
  const SlotId slot = caller.has->id;
  switch (next) {
    case Next::kDone:
      --world_.glances[slot];
      return rest(caller);
    case Next::kRelease:
      return plan(caller, Kind::kRelease, world_.gap());
    case Next::kLookAgain:
      return plan(caller, Kind::kLookAgain, world_.gap());
    case Next::kNudge:
      --world_.glances[slot];
      ++world_.nudges;
      return plan(caller, Kind::kNudge, world_.gap());
  }
}

void Callers::release(Caller& caller) {
  const SlotId slot = caller.has->id;
  const std::int64_t waiting = world_.oracle.waiting();
  world_.tally.count(Deed::kRelease);
  world_.trace.note(
      {.when = caller.returned, .what = "release", .caller = caller.id, .slot = slot});
  world_.happen({.at = caller.returned, .subject = slot}, [&](Actions& actions) {
    world_.oracle.releases(slot, caller.id, caller.how);
    world_.core.release(slot, caller.how, time_at(caller.returned), actions);
  });
  if (waiting > 0 && caller.how == Return::kClean &&
      world_.oracle.session(slot).place == Place::kIdle) {
    world_.oracle.complain("a slot given to the core is idle though somebody waited");
  }
  rest(caller);
}

void Callers::look_again(Caller& caller) {
  const SlotId slot = caller.has->id;
  world_.tally.count(Deed::kLookAgain);
  world_.trace.note(
      {.when = world_.now(), .what = "look_again", .caller = caller.id, .slot = slot});
  --world_.glances[slot];
  world_.happen({.at = world_.now(), .subject = slot}, [&](Actions& actions) {
    world_.core.look_again(slot, time_at(world_.now()), actions);
  });
  rest(caller);
}

void Callers::nudge(Caller& caller) {
  world_.tally.count(Deed::kNudge);
  world_.trace.note({.when = world_.now(), .what = "nudge", .caller = caller.id});
  --world_.nudges;
  world_.happen({.at = world_.now()}, [&](Actions& actions) { world_.core.nudge(actions); });
  rest(caller);
}

void Callers::hold_on(Nanos span) {
  for (Caller& caller : callers_) {
    if (caller.state == State::kHolding) {
      ++caller.stamp;
      plan(caller, Kind::kReturn, span);
    }
  }
}

// Who went away without a connection does not come back at once.
void Callers::rest(Caller& caller, Mood mood) {
  constexpr Nanos kPatience = 10;
  caller.has = nullptr;
  set_state(caller, State::kResting);
  if (caller.outer != nullptr) {
    Caller& outer = *caller.outer;
    set_state(outer, State::kHolding);
    return plan(outer, Kind::kReturn, world_.random.in(tempo_.hold));
  }
  const Nanos rest = world_.random.in(tempo_.rest);
  plan(caller, Kind::kArrive, mood == Mood::kServed ? rest : rest * kPatience);
}

}  // namespace millpond::sim
