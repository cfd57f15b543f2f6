#include "millpond/tests/sim/simulation.h"

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <sstream>

namespace millpond::sim {

using internal::Action;
using internal::Actions;
using internal::SlotId;

namespace {

const char* name_of(Action::Kind kind) {
  switch (kind) {
    case Action::Kind::kDial:
      return "  dial";
    case Action::Kind::kProbe:
      return "  probe";
    case Action::Kind::kReset:
      return "  reset";
    case Action::Kind::kClose:
      return "  close";
    case Action::Kind::kDone:
      return "  done";
    case Action::Kind::kNudge:
      return "  nudge";
  }
  return "";
}

std::string describe(const Scenario& scenario) {
  const policy::PoolPolicy& p = scenario.policy;
  return fmt::format(
      "size {} min_idle {} max_idle {} callers {} max_waiters {} dials {} spare {} overflow {}+{} "
      "overload {} order {} fencing {} validate {} after {} us, idle_timeout {} us, keepalive {} "
      "us, max_lifetime {} us, jitter {}/{}, max_uses {}, handoff_after {} us, connect_timeout {} "
      "us, backoff {}..{} us, rivalry {} interludes {} nesting {} watched {} ending {}",
      p.size, p.min_idle, p.max_idle, scenario.callers, p.max_waiters, p.max_concurrent_dials,
      p.rotation_spare, static_cast<int>(p.overflow), p.overflow_max, static_cast<int>(p.overload),
      static_cast<int>(p.order), static_cast<int>(scenario.fencing), static_cast<int>(p.validate),
      p.validate_after_idle.count(), p.idle_timeout.count(), p.keepalive.count(),
      p.max_lifetime.count(), p.lifetime_jitter, p.first_lifetime_jitter, p.max_uses,
      p.handoff_after.count(), p.connect_timeout.count(), p.backoff_base.count(),
      p.backoff_cap.count(), scenario.rivalry, scenario.interludes, scenario.nesting,
      scenario.watched, static_cast<int>(scenario.ending));
}

}  // namespace

Simulation::Simulation(const SimulationOptions& options)
    : random_(options.seed),
      world_(draw_scenario(random_), random_, *this),
      callers_(world_),
      backend_(world_),
      invariants_(world_),
      mischief_(options.mischief) {
  if (options.trace != nullptr) {
    world_.trace.echo_to(*options.trace);
  }
}

Ended Simulation::run() {
  change_phase();
  last_event_ = world_.now();
  callers_.begin();
  tick();
  while (goes_on() && world_.tally.events() < world_.scenario.events) {
    step();
    notice_standstill();
    if (world_.tally.events() >= next_phase_) {
      change_phase();
    }
  }
  if (goes_on()) {
    end();
  }
  const ClosedCounts& closed = world_.core.counters().closed;
  world_.tally.closed({closed.lifetime, closed.idle, closed.uses, closed.broken, closed.dead,
                       closed.surplus, closed.outdated, closed.moved, closed.drained});
  std::ostringstream trace;
  if (!goes_on()) {
    world_.trace.print(trace);
  }
  return {.complaint = world_.oracle.complaint(),
          .last_events = trace.str(),
          .scenario = describe(world_.scenario),
          .tally = world_.tally};
}

// Callers never rest for so long, all of them.
void Simulation::notice_standstill() {
  constexpr Nanos kStandstill = 100 * kSecond;
  if (world_.tally.events() != events_seen_) {
    events_seen_ = world_.tally.events();
    last_event_ = world_.now();
  } else if (world_.now() > last_event_ + kStandstill) {
    world_.oracle.complain("nothing happens any more");
  }
}

void Simulation::step() {
  const Event event = world_.queue.pop();
  world_.advance_to(event.when);
  world_.trace.event_begins(world_.tally.events());
  try {
    dispatch(event);
  } catch (const std::exception& error) {
    world_.oracle.complain(fmt::format("an exception: {}", error.what()));
  }
  invariants_.check();
}

// A thread may lose its processor between two steps, but not for long.
void Simulation::others_act() {
  const Nanos until = world_.now() + kMillisecond;
  for (auto steps = random_.between(1, 3);
       steps > 0 && goes_on() && world_.queue.front().when <= until; --steps) {
    step();
  }
}

void Simulation::dispatch(const Event& event) {
  switch (event.kind) {
    case Kind::kDialEnds:
    case Kind::kProbeEnds:
    case Kind::kResetEnds:
    case Kind::kCloseEnds:
      return backend_.run(event);
    case Kind::kHangUp:
      return backend_.hang_up(event);
    case Kind::kResume:
      return resume();
    case Kind::kTick:
      return tick();
    case Kind::kUnbar:
      return unbar();
    default:
      return callers_.run(event);
  }
}

void Simulation::tick() {
  world_.tally.count(Deed::kTick);
  world_.trace.note({.when = world_.now(), .what = "tick"});
  world_.plan(kTick, {.kind = Kind::kTick});
  const std::int64_t ended = world_.core.counters().closed.lifetime;
  world_.happen({.at = world_.now()},
                [&](Actions& actions) { world_.core.on_tick(time_at(world_.now()), actions); });
  ended_at_ticks_ += world_.core.counters().closed.lifetime - ended;
}

void Simulation::resume() {
  world_.tally.count(Deed::kResume);
  world_.trace.note({.when = world_.now(), .what = "resume"});
  --world_.resumes;
  world_.happen({.at = world_.now()},
                [&](Actions& actions) { world_.core.resume(time_at(world_.now()), actions); });
}

// What the core decided, as the pool carries it out: the work goes to others, the news as well.
void Simulation::perform(const Action& action) {
  if (action.waiter != nullptr) {
    return bring_news(action, *action.waiter);
  }
  world_.trace.note({.when = world_.now(), .what = name_of(action.kind), .slot = action.slot});
  switch (action.kind) {
    case Action::Kind::kDial:
      world_.tally.count(Deed::kDial);
      world_.oracle.dials(action.slot, action.endpoint);
      break;
    case Action::Kind::kProbe:
      world_.oracle.probes(action.slot);
      break;
    case Action::Kind::kReset:
      world_.oracle.resets(action.slot);
      break;
    case Action::Kind::kClose:
      world_.oracle.closes(action.slot);
      break;
    case Action::Kind::kDone:
    case Action::Kind::kNudge:
      world_.oracle.complain("news for nobody");
      return;
  }
  if (!misbehave(action)) {
    backend_.begin(action);
  }
}

void Simulation::bring_news(const Action& action, internal::Waiter& waiter) {
  using News = internal::Waiter::News;
  const CallerId caller = static_cast<const Caller&>(waiter).id;
  const bool done = action.kind == Action::Kind::kDone;
  world_.trace.note({.when = world_.now(),
                     .what = name_of(action.kind),
                     .caller = caller,
                     .slot = action.slot == internal::kNoSlot ? -1 : std::int64_t{action.slot}});
  if (done) {
    callers_.complete(waiter);
  } else {
    world_.nudged = caller;
  }
  if (!misbehave(action)) {
    callers_.tell(waiter, done ? News::kDone : News::kLookAgain);
  }
}

Ended simulate_once(const SimulationOptions& options) {
  return std::make_unique<Simulation>(options)->run();
}

}  // namespace millpond::sim
