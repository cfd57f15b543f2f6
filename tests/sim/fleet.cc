#include "millpond/tests/sim/fleet.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/endpoints.h"
#include "millpond/pools/internal/machine.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot_record.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/tests/sim/event_queue.h"
#include "millpond/tests/sim/random.h"

namespace millpond::sim {
namespace {

using internal::Action;
using internal::Actions;
using internal::PoolCore;
using internal::SlotState;
using internal::SlotTable;

constexpr Nanos kStart = 60 * kSecond;
constexpr Nanos kDial = 7 * kMillisecond;
constexpr Nanos kClose = kMillisecond;
// Coarser than a real one: hours pass.
constexpr Nanos kFleetTick = kSecond;

// How old a session gets.
Nanos draw_age(Rule rule, Nanos lifetime, Random& random) {
  constexpr std::int64_t kFortieth = 40;
  constexpr std::int64_t kTenth = 10;
  switch (rule) {
    case Rule::kHikariCp:
      return lifetime - random.between(0, lifetime / kFortieth);
    case Rule::kPgx:
      return lifetime + random.between(0, lifetime / kTenth);
    case Rule::kEnvoy:
      return lifetime - random.between(0, lifetime / kTenth);
    case Rule::kNone:
    case Rule::kPgBouncer:
      break;
  }
  return lifetime;
}

// The end of each session of one process.
void run_process(Rule rule, const Fleet& fleet, Random& random, Reconnects& reconnects) {
  std::vector<Nanos> ends;
  for (std::int64_t i = 0; i < fleet.size; ++i) {
    ends.push_back(draw_age(rule, fleet.lifetime, random));
  }
  const Nanos pace = rule == Rule::kPgBouncer ? fleet.lifetime / fleet.size : 0;
  Nanos last = -pace;
  for (;;) {
    const auto next = std::ranges::min_element(ends);
    const Nanos at = std::max(*next, last + pace);
    if (at >= fleet.length) {
      return;
    }
    reconnects.count(at);
    last = at;
    *next = at + draw_age(rule, fleet.lifetime, random);
  }
}

class NoMachine final : public internal::Machine {
 public:
  void heavy_fence() noexcept override {}
};

policy::PoolPolicy policy_of(const Fleet& fleet) {
  constexpr double kLater = 0.25;
  constexpr double kFirst = 0.75;
  policy::PoolPolicy policy;
  policy.size = policy.min_idle = policy.max_idle = fleet.size;
  policy.max_waiters = fleet.size;
  policy.acquire_timeout = std::chrono::seconds{2};
  policy.connect_timeout = std::chrono::seconds{3};
  policy.max_concurrent_dials = 4;
  policy.max_lifetime = span_of(fleet.lifetime);
  policy.lifetime_jitter = kLater;
  policy.first_lifetime_jitter = kFirst;
  policy.rotation_spare = 1;
  policy.validate = policy::Validate::kNever;
  return policy;
}

// One process of ours: a core whose dials and closes take their time.
class Process {
 public:
  Process(const Fleet& fleet, std::uint64_t seed)
      : policy_(policy_of(fleet)),
        table_({.slots = PoolCore::slots_for(policy_)}),
        core_(policy_, {.table = table_,
                        .machine = machine_,
                        .gate = endpoints_,
                        .endpoints = endpoints_.count(),
                        .seed = seed}) {
    endpoints_.join(policy_);
  }

  void run(Nanos until, OurFleet& seen) {
    plan_.plan({.when = 0, .kind = Kind::kTick});
    while (plan_.front().when < until) {
      const Event event = plan_.pop();
      Actions actions;
      happen(event, actions);
      carry_out(actions, event.when, seen.reconnects);
      if (event.kind == Kind::kTick && event.when > kStart) {
        seen.fewest_live = std::min<std::int64_t>(seen.fewest_live, core_.count(SlotState::kLive));
        seen.most_open = std::max<std::int64_t>(seen.most_open, core_.open());
      }
    }
  }

 private:
  void happen(const Event& event, Actions& actions) {
    const TimePoint now = time_at(event.when);
    switch (event.kind) {
      case Kind::kDialEnds:
        return core_.on_dialed(event.subject, now, actions);
      case Kind::kCloseEnds:
        return core_.on_closed(event.subject, now, actions);
      case Kind::kResume:
        return core_.resume(now, actions);
      default:
        plan_.plan({.when = event.when + kFleetTick, .kind = Kind::kTick});
        return core_.on_tick(now, actions);
    }
  }

  void carry_out(const Actions& actions, Nanos now, Reconnects& reconnects) {
    for (const Action& action : actions) {
      const bool dial = action.kind == Action::Kind::kDial;
      if (dial && now > kStart) {
        reconnects.count(now);
      }
      plan_.plan({.when = now + (dial ? kDial : kClose),
                  .kind = dial ? Kind::kDialEnds : Kind::kCloseEnds,
                  .subject = action.slot});
    }
    if (actions.full()) {
      plan_.plan({.when = now, .kind = Kind::kResume});
    }
  }

  const policy::PoolPolicy policy_;
  EventQueue plan_;
  NoMachine machine_;
  SlotTable table_;
  internal::Endpoints endpoints_{1, policy::Balance::kFailover};
  PoolCore core_;
};

}  // namespace

std::int64_t Reconnects::peak_per_second() const {
  std::int64_t peak = 0;
  for (const auto& [second, opened] : by_second_) {
    peak = std::max(peak, opened);
  }
  return peak;
}

std::int64_t Reconnects::total() const {
  std::int64_t total = 0;
  for (const auto& [second, opened] : by_second_) {
    total += opened;
  }
  return total;
}

std::int64_t Reconnects::peak_in(Nanos span) const {
  std::int64_t peak = 0;
  std::int64_t inside = 0;
  auto oldest = by_second_.begin();
  for (const auto& [second, opened] : by_second_) {
    inside += opened;
    for (; oldest->first <= second - span / kSecond; ++oldest) {
      inside -= oldest->second;
    }
    peak = std::max(peak, inside);
  }
  return peak;
}

Reconnects fleet_of(Rule rule, const Fleet& fleet) {
  Random random(fleet.seed);
  Reconnects reconnects;
  for (std::int64_t i = 0; i < fleet.processes; ++i) {
    run_process(rule, fleet, random, reconnects);
  }
  return reconnects;
}

OurFleet our_fleet(const Fleet& fleet) {
  Random random(fleet.seed);
  OurFleet seen{.reconnects = {}, .fewest_live = fleet.size, .most_open = 0};
  for (std::int64_t i = 0; i < fleet.processes; ++i) {
    // On the heap, because the sanitizers' stack does not keep its alignment.
    std::make_unique<Process>(fleet, random.next())->run(fleet.length, seen);
  }
  return seen;
}

}  // namespace millpond::sim
