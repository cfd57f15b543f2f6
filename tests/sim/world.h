// What the parts of a simulation share: the time, the plan, chance, the real table and core, and
// the oracle beside them. Also the machine that the core runs on, whose seams let a rival act.
//
// For one thread.
//
//   world.happen({.at = world.now(), .subject = slot}, [&](Actions& actions) {
//     world.core.on_dialed(slot, time_at(world.now()), actions);
//   });
#pragma once

#include <cstdint>
#include <vector>

#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/endpoints.h"
#include "millpond/pools/internal/machine.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/tests/sim/event_queue.h"
#include "millpond/tests/sim/oracle.h"
#include "millpond/tests/sim/random.h"
#include "millpond/tests/sim/scenario.h"
#include "millpond/tests/sim/tally.h"
#include "millpond/tests/sim/trace.h"
#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

// Carries out what the core decided.
class Performer {
 public:
  virtual ~Performer() = default;
  virtual void perform(const internal::Action& action) = 0;
  // Somebody else acts, who has not the pool's mutex.
  virtual void rival_acts() noexcept = 0;
  // Others act, the mutex being free.
  virtual void others_act() = 0;
};

class World final : public internal::Machine {
 public:
  World(const Scenario& drawn, Random& chance, Performer& performs);

  Nanos now() const { return now_; }
  void advance_to(Nanos when) { now_ = when > now_ ? when : now_; }

  // What a thread loses between two steps: mostly nothing, now and then its processor.
  Nanos gap();
  // How long a thread takes to wake up.
  Nanos wake_up() { return random.in(wake_up_); }

  struct Step {
    Kind kind = Kind::kTick;
    std::uint32_t subject = 0;
    std::uint32_t stamp = 0;
  };
  void plan(Nanos in, const Step& step) {
    queue.plan({now_ + in, step.kind, step.subject, step.stamp});
  }

  // One event of the core, at a time that may lie back a little: its caller looked at the clock
  // before it had the mutex.
  struct About {
    Nanos at = 0;
    internal::SlotId subject = internal::kNoSlot;
  };
  template <class CoreEvent>
  void happen(const About& about, const CoreEvent& event) {
    internal::Actions actions;
    oracle.begins(about.at, about.subject);
    in_core_ = true;
    event(actions);
    in_core_ = false;
    absorb(actions);
    oracle.ends(core.counters().closed);
  }

  // Room for more slots, before the core makes use of it.
  void grow_to(std::uint32_t slots);

  // Between two steps of a caller without the mutex.
  void between_steps();

  void heavy_fence() noexcept override { let_rival_act(); }
  void before_claim() noexcept override { let_rival_act(); }

  const Scenario scenario;
  const std::uint32_t callers;  // with nesting, each has a second one of the same thread
  Random& random;
  EventQueue queue;
  Tally tally;
  Trace trace;
  internal::SlotTable table;
  internal::Endpoints endpoints;
  internal::PoolCore core;
  Oracle oracle;

  // Who is about to look at idle slots, so that they are not lost.
  int resumes = 0;                    // rests of events
  int nudges = 0;                     // calls of PoolCore::nudge
  CallerId nudged = kNobody;          // the last caller told to look again
  std::vector<std::uint8_t> glances;  // per slot: returners that have not looked yet

 private:
  static std::uint32_t callers_of(const Scenario& scenario) {
    return scenario.callers * (scenario.nesting > 0 ? 2 : 1);
  }

  void absorb(const internal::Actions& actions);
  void let_rival_act() noexcept {
    if (!acting_ && scenario.rivalry > 0 && random.chance(scenario.rivalry)) {
      acting_ = true;
      performer_.rival_acts();
      acting_ = false;
    }
  }

  Performer& performer_;
  const LogRange wake_up_{kMicrosecond, 300 * kMicrosecond};
  Nanos now_ = 1000 * kSecond;
  bool in_core_ = false;
  bool acting_ = false;
  bool others_act_ = false;
};

}  // namespace millpond::sim
