// One pool's life in virtual time: the real SlotTable, fast path and PoolCore among simulated
// callers, a simulated backend, and operators, all of it drawn from one seed, and checked after
// every event.
//
// For one thread.
//
//   const Ended ended = simulate_once({.seed = 7});
//   if (!outcome.complaint.empty()) …outcome.trace…
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "millpond/pools/internal/actions.h"
#include "millpond/tests/sim/backend.h"
#include "millpond/tests/sim/callers.h"
#include "millpond/tests/sim/invariants.h"
#include "millpond/tests/sim/random.h"
#include "millpond/tests/sim/scenario.h"
#include "millpond/tests/sim/tally.h"
#include "millpond/tests/sim/world.h"

namespace millpond::sim {

// A bug on purpose, between the core and what it asks for, to show that it is noticed.
enum class Mischief : std::uint8_t {
  kNone,
  kSwallowNudge,  // a waiter is not told to look again
  kSwallowNews,   // a waiter is not told that it was granted
  kLendTwice,     // a granted slot looks idle
  kLoseSlot,      // an idle slot looks taken
  kForgetClose,   // a close is never reported
  kLeakDial,      // a dial is never reported, be it done or failed
};

struct SimulationOptions {
  std::uint64_t seed = 1;
  Mischief mischief = Mischief::kNone;
  std::ostream* trace = nullptr;  // every step, while it happens
};

struct Ended {
  std::string complaint;    // empty: everything held
  std::string last_events;  // before it
  std::string scenario;
  Tally tally;
};

class Simulation final : private Performer {
 public:
  explicit Simulation(const SimulationOptions& options);

  Ended run();

 private:
  void perform(const internal::Action& action) override;
  void bring_news(const internal::Action& action, internal::Waiter& waiter);
  void rival_acts() noexcept override { callers_.rival_acts(); }
  void others_act() override;

  bool goes_on() const { return world_.oracle.complaint().empty(); }
  void step();
  void notice_standstill();
  void dispatch(const Event& event);
  void tick();
  void resume();
  bool misbehave(const internal::Action& action);

  // The world's.
  void change_phase();
  void resize();
  void bump_generation();
  void unbar();
  void close();

  // The ending.
  void end();
  void calm_down();
  Nanos turnover() const;
  void await_refill();
  void await_shrinking();
  void await_rotations();
  template <class Condition>
  void await(const char* what, Nanos within, const Condition& condition);
  void check_index();
  void check_remains();

  Random random_;
  World world_;
  Callers callers_;
  Backend backend_;
  Invariants invariants_;
  Mischief mischief_;
  std::int64_t next_phase_ = 0;
  std::int64_t events_seen_ = 0;
  Nanos last_event_ = 0;
  std::int64_t ended_at_ticks_ = 0;  // sessions
};

// One whole life. On the heap, because the sanitizers' stack does not keep the alignment of a slot.
Ended simulate_once(const SimulationOptions& options);

}  // namespace millpond::sim
