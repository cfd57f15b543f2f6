// The callers of a simulated pool: what each does next, one step at a time.
//
// For one thread. Every step is an event, so that others act between two of them; what a caller
// does without the pool's mutex a rival may also do in the middle of an event of the core.
#pragma once

#include <cstdint>
#include <vector>

#include "millpond/pools/internal/fast_path.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/tests/sim/caller.h"
#include "millpond/tests/sim/event_queue.h"
#include "millpond/tests/sim/scenario.h"
#include "millpond/tests/sim/world.h"

namespace millpond::sim {

class Callers {
 public:
  explicit Callers(World& world);

  void begin();
  void run(const Event& event);
  void rival_acts();

  // The core granted or refused a waiter's request while it slept.
  void complete(const internal::Waiter& waiter);
  // News for a waiter, on its way from now on.
  void tell(internal::Waiter& waiter, internal::Waiter::News news);

  void set_tempo(const Tempo& tempo) { tempo_ = tempo; }
  void set_weather(const Weather& weather) { weather_ = weather; }
  // Nobody comes any more; who is there finishes.
  void stop_arrivals() { arrivals_ = false; }
  // Who has a connection now keeps it for that long.
  void hold_on(Nanos span);
  bool all_rest() const { return resting_ == callers_.size(); }

 private:
  using State = Caller::State;

  void plan(const Caller& caller, Kind kind, Nanos in) {
    world_.plan(in, {.kind = kind, .subject = caller.id, .stamp = caller.stamp});
  }

  // Acquiring.
  void arrive(Caller& caller);
  void judge_marks(Caller& caller);
  void look_at(Caller& caller);
  void will_ask(Caller& caller);
  void ask(Caller& caller);
  void note_answer(const Caller& caller, Oracle::Told told);
  void await_news(Caller& caller);
  void hear(const Event& event, internal::Waiter::News news);
  void wake(Caller& caller);
  void check_deadline(Caller& caller, Nanos when);
  void retry(Caller& caller);
  void give_up(Caller& caller);
  void finish_wait(Caller& caller);
  void conclude_wait(Caller& caller);
  void hold(Caller& caller);

  // Returning.
  void come_back(Caller& caller);
  internal::Return judge() const;
  void leave_in_steps(Caller& caller);
  void give_back(Caller& caller);
  void glance(Caller& caller);
  void return_slowly(Caller& caller);
  void follow(Caller& caller, internal::Next next);
  void release(Caller& caller);
  void look_again(Caller& caller);
  void nudge(Caller& caller);
  enum class Mood : std::uint8_t { kServed, kDisappointed };
  void rest(Caller& caller, Mood mood = Mood::kServed);
  void set_state(Caller& caller, State state);

  // The thread-local part of the table is whose turn it is.
  void become(const Caller& caller);
  void remember_home(Caller& caller);

  World& world_;
  std::vector<Caller> callers_;
  std::size_t home_place_ = 0;
  std::size_t resting_ = 0;
  Tempo tempo_;
  Weather weather_;
  bool arrivals_ = true;
};

}  // namespace millpond::sim
