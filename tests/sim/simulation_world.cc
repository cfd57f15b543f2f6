// What happens to a simulated pool from outside: weather, operators, and bugs on purpose.
#include <algorithm>

#include "millpond/tests/sim/simulation.h"

namespace millpond::sim {

using internal::Action;
using internal::Actions;

void Simulation::change_phase() {
  world_.tally.count(Deed::kPhase);
  next_phase_ = world_.tally.events() + world_.scenario.per_phase;
  const Weather weather = draw_weather(random_);
  callers_.set_tempo(draw_tempo(random_));
  callers_.set_weather(weather);
  backend_.set_weather(weather);
  if (random_.chance(0.25)) {
    resize();
  }
  if (random_.chance(0.15)) {
    bump_generation();
  }
}

void Simulation::resize() {
  const std::int64_t most = std::max<std::int64_t>(world_.scenario.policy.size * 3 / 2, 3);
  const std::int64_t size = random_.between(1, most);
  world_.tally.count(Deed::kResize);
  world_.trace.note({.when = world_.now(), .what = "resize", .more = size});
  world_.grow_to(world_.core.slots_at(size));
  world_.oracle.resizes(size);
  world_.happen({.at = world_.now()}, [&](Actions& actions) {
    world_.core.resize(size, time_at(world_.now()), actions);
  });
}

void Simulation::bump_generation() {
  world_.tally.count(Deed::kBump);
  world_.trace.note({.when = world_.now(), .what = "bump_generation"});
  world_.oracle.bumps_generation();
  world_.happen({.at = world_.now()}, [&](Actions& actions) {
    world_.core.bump_generation(time_at(world_.now()), actions);
  });
}

void Simulation::unbar() {
  world_.trace.note({.when = world_.now(), .what = "unbar"});
  world_.oracle.unbars();
  world_.endpoints.unbar();
  world_.happen({.at = world_.now()},
                [&](Actions& actions) { world_.core.on_tick(time_at(world_.now()), actions); });
}

void Simulation::close() {
  world_.tally.count(Deed::kClose);
  world_.trace.note({.when = world_.now(), .what = "close"});
  world_.oracle.closes_pool();
  world_.happen({.at = world_.now()}, [&](Actions& actions) {
    world_.core.close(internal::Refusal::kClosed, time_at(world_.now()), actions);
  });
}

// True when this action is not to be carried out.
bool Simulation::misbehave(const Action& action) {
  constexpr std::int64_t kWarmUp = 300;
  if (mischief_ == Mischief::kNone || world_.tally.events() < kWarmUp) {
    return false;
  }
  const Mischief planned = mischief_;
  const bool granted = action.kind == Action::Kind::kDone && action.slot != internal::kNoSlot;
  mischief_ = Mischief::kNone;
  switch (planned) {
    case Mischief::kSwallowNudge:
      if (action.kind == Action::Kind::kNudge) {
        return true;
      }
      break;
    case Mischief::kSwallowNews:
      if (granted) {
        return true;
      }
      break;
    case Mischief::kLendTwice:
      if (granted) {
        world_.table.give_back(world_.table[action.slot]);
        return false;
      }
      break;
    case Mischief::kForgetClose:
      if (action.kind == Action::Kind::kClose) {
        return true;
      }
      break;
    case Mischief::kLoseSlot:
      if (world_.table.take() != nullptr) {
        return false;
      }
      break;
    case Mischief::kLeakDial:
      if (action.kind == Action::Kind::kDial) {
        return true;
      }
      break;
    case Mischief::kNone:
      break;
  }
  mischief_ = planned;  // not yet
  return false;
}

}  // namespace millpond::sim
