// How a simulated pool's life ends, and what must come true until then.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "millpond/pools/internal/slot_record.h"
#include "millpond/tests/sim/simulation.h"

namespace millpond::sim {

using internal::SlotState;

namespace {

// One dial after the other in fair weather, its closes included.
constexpr Nanos kFairDial = 10 * kMillisecond;
// However many events came full before.
constexpr Nanos kAFewTicks = 20 * kTick;
constexpr Nanos kUntilAllRest = 100 * kSecond;

}  // namespace

// Goes on until it holds, and complains when it does not in time.
template <class Condition>
void Simulation::await(const char* what, Nanos within, const Condition& condition) {
  const Nanos until = world_.now() + within;
  while (goes_on() && !condition()) {
    if (world_.now() > until) {
      world_.oracle.complain(fmt::format("not within {} ms: {}", within / kMillisecond, what));
    }
    step();
  }
}

void Simulation::end() {
  if (world_.scenario.ending == Ending::kCalmThenClose) {
    calm_down();
    check_index();
    close();
  } else {
    close();
    const std::int64_t last = world_.tally.events() + 200;
    await("callers of a closed pool are answered", kUntilAllRest,
          [&] { return world_.tally.events() >= last || callers_.all_rest(); });
  }
  callers_.stop_arrivals();
  await("every caller is through", kUntilAllRest, [&] { return callers_.all_rest(); });
  await("the closed pool is empty", kUntilAllRest,
        [&] { return world_.core.open() == 0 && world_.resumes == 0; });
  check_remains();
}

// Every fault is lifted and nobody asks any more: what was begun ends, the pool fills up to its
// minimum, what it does not need goes, and what is old is replaced in time.
void Simulation::calm_down() {
  world_.tally.count(Deed::kCalm);
  callers_.stop_arrivals();
  callers_.set_weather(fair_weather());
  backend_.set_weather(fair_weather());
  await_refill();
  await("every caller is through", kUntilAllRest, [&] { return callers_.all_rest(); });
  await_shrinking();
  await_rotations();
}

Nanos Simulation::turnover() const {
  return world_.table.size() * kFairDial + kAFewTicks;
}

// Beside what is lent, which stays lent meanwhile.
void Simulation::await_refill() {
  const policy::PoolPolicy& policy = world_.scenario.policy;
  const Nanos lifetime = nanos_of(policy.max_lifetime);
  if (lifetime > 0 && lifetime < 4 * turnover()) {
    return;  // they may end faster than so many can be dialled
  }
  const Nanos within = turnover() + nanos_of(policy.connect_timeout + policy.backoff_cap);
  callers_.hold_on(within + kSecond);
  await("the pool refills to min_idle", within, [&] {
    const std::int64_t room = world_.core.size() - world_.oracle.at(Place::kLent);
    return world_.oracle.at(Place::kIdle) + world_.oracle.at(Place::kProbing) >=
           std::min(policy.min_idle, room);
  });
}

void Simulation::await_shrinking() {
  const policy::PoolPolicy& policy = world_.scenario.policy;
  const auto idle = [&] { return world_.oracle.at(Place::kIdle); };
  if (policy.idle_timeout.count() > 0) {
    await("the pool shrinks to min_idle", turnover() + nanos_of(policy.idle_timeout),
          [&] { return idle() <= policy.min_idle; });
  }
  await("the pool shrinks to max_idle", turnover(), [&] { return idle() <= policy.max_idle; });
  const std::int64_t spares = policy.max_lifetime.count() > 0 ? policy.rotation_spare : 0;
  // A dial that began in foul weather may take all of its timeout yet.
  const Nanos dials = nanos_of(policy.connect_timeout);
  await("the pool shrinks to its size", turnover() + dials, [&] {
    const int closing = world_.core.count(SlotState::kClosing);
    return world_.core.open() - closing <= world_.core.size() + spares;
  });
}

// Make before break: with time enough for all that may be due at once, no session ends without its
// successor, that is at a tick.
void Simulation::await_rotations() {
  const policy::PoolPolicy& policy = world_.scenario.policy;
  const Nanos lifetime = nanos_of(policy.max_lifetime);
  const Nanos all = world_.table.size() * kFairDial + 3 * kTick;
  const Nanos lead = std::min(nanos_of(policy.connect_timeout), lifetime / 10);
  if (policy.rotation_spare == 0 || lead < all) {
    return;
  }
  world_.tally.count(Deed::kWatchedRotations);
  const Nanos due = world_.now() + nanos_of(policy.connect_timeout) + all;
  await("what was due for rotation is replaced", kUntilAllRest,
        [&] { return world_.now() >= due; });
  const std::int64_t late = ended_at_ticks_;
  const Nanos seen = world_.now() + lifetime + all;
  await("a lifetime passes", kUntilAllRest, [&] { return world_.now() >= seen; });
  if (ended_at_ticks_ != late) {
    world_.oracle.complain("a session ended without a successor, though there was time");
  }
}

// The index of idle slots misleads nobody for good.
void Simulation::check_index() {
  if (!goes_on()) {
    return;
  }
  std::vector<internal::Slot*> found;
  while (internal::Slot* slot = world_.table.search(internal::kNoMarks, [] {})) {
    found.push_back(slot);
  }
  if (static_cast<std::int64_t>(found.size()) != world_.oracle.at(Place::kIdle)) {
    world_.oracle.complain(fmt::format("{} slots are idle, {} are found",
                                       world_.oracle.at(Place::kIdle), found.size()));
  }
  for (internal::Slot* slot : found) {
    world_.table.list(*slot);
    world_.table.give_back(*slot);
  }
}

void Simulation::check_remains() {
  if (!goes_on()) {
    return;
  }
  const internal::PoolCore& core = world_.core;
  const Oracle& oracle = world_.oracle;
  const std::int64_t overflow =
      oracle.most_open() - oracle.size() - world_.scenario.policy.rotation_spare;
  if (core.most_open() != core.size() + overflow) {
    world_.oracle.complain("rotations are counted in an empty pool");
  }
  if (core.waiting() != 0 || oracle.waiting() != 0) {
    world_.oracle.complain("somebody waits for a closed pool");
  }
  if (world_.nudges != 0) {
    world_.oracle.complain("a nudge never came");
  }
}

}  // namespace millpond::sim
