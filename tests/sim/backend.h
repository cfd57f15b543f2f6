// The model of a driver and its server: what it is asked for takes its time, and may fail.
//
// For one thread.
//
//   backend.begin({Action::Kind::kDial, slot});   // plans the completion
//   backend.run(event);                           // tells the core
#pragma once

#include <cstdint>

#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/tests/sim/event_queue.h"
#include "millpond/tests/sim/scenario.h"
#include "millpond/tests/sim/world.h"

namespace millpond::sim {

class Backend {
 public:
  explicit Backend(World& world) : world_(world) {}

  void set_weather(const Weather& weather) { weather_ = weather; }

  // The oracle's session is in its new place already.
  void begin(const internal::Action& action);
  void run(const Event& event);
  void hang_up(const Event& event);

 private:
  Nanos length_of(const internal::Action& action);
  void end_dial(internal::SlotId slot);
  internal::DialFailure draw_rejection();
  internal::DialFailure draw_refusal();
  void watch(internal::SlotId slot);
  void end_operation(internal::SlotId slot, Kind kind);
  void end_close(internal::SlotId slot);

  World& world_;
  const LogRange life_{kMillisecond, 5 * kSecond};  // of a session that the server ends
  Weather weather_ = fair_weather();
};

}  // namespace millpond::sim
