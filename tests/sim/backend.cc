#include "millpond/tests/sim/backend.h"

#include <algorithm>
#include <iterator>

namespace millpond::sim {

using internal::Action;
using internal::Actions;
using internal::DialFailure;
using internal::Outcome;
using internal::SlotId;

namespace {

Kind end_of(Action::Kind kind) {
  switch (kind) {
    case Action::Kind::kDial:
      return Kind::kDialEnds;
    case Action::Kind::kProbe:
      return Kind::kProbeEnds;
    case Action::Kind::kReset:
      return Kind::kResetEnds;
    default:
      return Kind::kCloseEnds;
  }
}

}  // namespace

Nanos Backend::length_of(const Action& action) {
  const policy::PoolPolicy& policy = world_.scenario.policy;
  switch (action.kind) {
    case Action::Kind::kDial: {
      const Nanos most = nanos_of(policy.connect_timeout);
      return world_.random.chance(weather_.hangs) ? most
                                                  : std::min(most, world_.random.in(weather_.dial));
    }
    case Action::Kind::kProbe:
    case Action::Kind::kReset:
      return std::min(nanos_of(policy.validate_timeout), world_.random.in(weather_.operation));
    default:
      return world_.random.in(weather_.operation);
  }
}

void Backend::begin(const Action& action) {
  world_.plan(world_.gap() + length_of(action),
              {.kind = end_of(action.kind),
               .subject = action.slot,
               .stamp = world_.oracle.session(action.slot).number});
}

void Backend::run(const Event& event) {
  if (world_.oracle.session(event.subject).number != event.stamp) {
    return world_.oracle.complain("a session's slot was given to another while it was at work");
  }
  switch (event.kind) {
    case Kind::kDialEnds:
      return end_dial(event.subject);
    case Kind::kCloseEnds:
      return end_close(event.subject);
    default:
      return end_operation(event.subject, event.kind);
  }
}

void Backend::end_dial(SlotId slot) {
  const Nanos now = world_.now();
  const bool rejected = world_.random.chance(weather_.rejects);
  if (!rejected && !world_.random.chance(weather_.refuses)) {
    world_.tally.count(Deed::kDialed);
    world_.trace.note({.when = now, .what = "dialed", .slot = slot});
    if (world_.random.chance(world_.scenario.watched)) {
      watch(slot);
    }
    world_.oracle.dialed(slot, now);
    world_.happen({.at = now, .subject = slot},
                  [&](Actions& actions) { world_.core.on_dialed(slot, time_at(now), actions); });
    return;
  }
  const DialFailure failure = rejected ? draw_rejection() : draw_refusal();
  if (failure == DialFailure::kRejected) {
    world_.plan(world_.random.between(1, kSecond), {.kind = Kind::kUnbar});
  }
  world_.tally.count(Deed::kDialFailed);
  world_.trace.note({.when = now, .what = "dial failed", .slot = slot, .more = rejected ? 1 : 0});
  world_.oracle.dial_failed(slot, failure, now);
  world_.happen({.at = now}, [&](Actions& actions) {
    world_.core.on_dial_failed(slot, failure, time_at(now), actions);
  });
}

DialFailure Backend::draw_rejection() {
  return world_.random.chance(0.5) ? DialFailure::kRejected : DialFailure::kMisconfigured;
}

DialFailure Backend::draw_refusal() {
  constexpr DialFailure kRefusals[] = {DialFailure::kUnreached,     DialFailure::kUnreached,
                                       DialFailure::kUnreached,     DialFailure::kUnanswered,
                                       DialFailure::kUnanswered,    DialFailure::kUnanswered,
                                       DialFailure::kFull,          DialFailure::kFull,
                                       DialFailure::kHostExhausted, DialFailure::kReadOnly};
  return kRefusals[world_.random.below(std::size(kRefusals))];
}

// From before its dial is reported, so that news may come as early as that.
void Backend::watch(SlotId slot) {
  const std::uint32_t session = world_.oracle.session(slot).number;
  world_.oracle.watches(slot);
  world_.core.on_watched(slot, session);
  if (!world_.random.chance(weather_.hangs_up)) {
    return;
  }
  const Event death{.kind = Kind::kHangUp, .subject = slot, .stamp = session};
  if (world_.random.chance(0.1)) {
    return hang_up(death);
  }
  world_.plan(world_.random.in(life_), {death.kind, death.subject, death.stamp});
}

void Backend::hang_up(const Event& event) {
  if (weather_.hangs_up == 0) {
    return;  // another time
  }
  const Nanos now = world_.now();
  const bool late = world_.oracle.session(event.subject).number != event.stamp;
  world_.tally.count(late ? Deed::kLateHangUp : Deed::kHungUp);
  world_.trace.note(
      {.when = now, .what = late ? "hung up late" : "hung up", .slot = event.subject});
  if (!late) {
    world_.oracle.hangs_up(event.subject);
  }
  world_.happen({.at = now}, [&](Actions& actions) {
    world_.core.on_hung_up(event.subject, event.stamp, time_at(now), actions);
  });
}

void Backend::end_operation(SlotId slot, Kind kind) {
  const Nanos now = world_.now();
  const bool probe = kind == Kind::kProbeEnds;
  const Outcome outcome =
      world_.random.chance(weather_.fails_probes) ? Outcome::kFailed : Outcome::kDone;
  const bool done = outcome == Outcome::kDone;
  world_.trace.note(
      {.when = now, .what = probe ? "probed" : "reset", .slot = slot, .more = done ? 1 : 0});
  if (probe) {
    world_.tally.count(done ? Deed::kProbed : Deed::kProbeFailed);
  } else {
    world_.tally.count(done ? Deed::kReset : Deed::kResetFailed);
  }
  world_.oracle.proved(slot, outcome, now);
  world_.happen({.at = now, .subject = slot}, [&](Actions& actions) {
    if (probe) {
      world_.core.on_probed(slot, outcome, time_at(now), actions);
    } else {
      world_.core.on_reset(slot, outcome, time_at(now), actions);
    }
  });
}

void Backend::end_close(SlotId slot) {
  const Nanos now = world_.now();
  world_.tally.count(Deed::kClosed);
  world_.trace.note({.when = now, .what = "closed", .slot = slot});
  world_.oracle.closed(slot);
  world_.happen({.at = now},
                [&](Actions& actions) { world_.core.on_closed(slot, time_at(now), actions); });
}

}  // namespace millpond::sim
