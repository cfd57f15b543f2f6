#include "millpond/tests/sim/world.h"

#include "millpond/policy/pool_policy.h"

namespace millpond::sim {
namespace {

using internal::PoolCore;
using internal::SlotTable;

// As Pool does it.
internal::Turn turn_of(const policy::PoolPolicy& policy) {
  using internal::Turn;
  if (policy.validate == policy::Validate::kAlways) {
    return Turn::kCore;
  }
  return policy.order == policy::Order::kLifo ? Turn::kHome : Turn::kNext;
}

SlotTable::Shape shape_of(const Scenario& scenario) {
  return {.slots = PoolCore::slots_for(scenario.policy),
          .turn = turn_of(scenario.policy),
          .fencing = scenario.fencing};
}

}  // namespace

World::World(const Scenario& drawn, Random& chance, Performer& performs)
    : scenario(drawn),
      callers(callers_of(drawn)),
      random(chance),
      table(shape_of(drawn)),
      endpoints(drawn.endpoints, drawn.balance),
      core(drawn.policy, {.table = table,
                          .machine = *this,
                          .gate = endpoints,
                          .endpoints = drawn.endpoints,
                          .seed = drawn.core_seed}),
      oracle(drawn.policy,
             {.slots = table.size(), .callers = callers, .endpoints = drawn.endpoints}),
      glances(table.size()),
      performer_(performs) {
  endpoints.join(drawn.policy);
}

Nanos World::gap() {
  const auto kind = random.below(1000);
  if (kind < 700) {
    return 0;
  }
  if (kind < 950) {
    return random.between(1, 3 * kMicrosecond);
  }
  return random.between(1, kind < 999 ? 200 * kMicrosecond : 5 * kMillisecond);
}

void World::absorb(const internal::Actions& actions) {
  for (const internal::Action& action : actions) {
    performer_.perform(action);
  }
  if (actions.full()) {
    ++resumes;
    plan(gap(), {.kind = Kind::kResume});
  }
}

void World::grow_to(std::uint32_t slots) {
  if (slots > glances.size()) {
    glances.resize(slots);
    oracle.grow_to(slots);
  }
}

void World::between_steps() {
  if (in_core_ || others_act_ || !random.chance(scenario.interludes)) {
    return;
  }
  others_act_ = true;
  tally.count(Deed::kInterlude);
  performer_.others_act();
  others_act_ = false;
}

}  // namespace millpond::sim
