// What must hold between the core, the table, and the oracle after every event.
//
// For one thread.
//
//   Invariants invariants(world);
//   invariants.check();   // complains to the oracle
#pragma once

#include <cstdint>

#include "millpond/tests/sim/world.h"

namespace millpond::sim {

class Invariants {
 public:
  explicit Invariants(World& world) : world_(world) {}

  // Looks at every slot, too, at each `scan_every`-th call.
  void check();

 private:
  void check_counts();
  void check_counters();
  void check_queue();
  void check_dials();
  bool has_room() const;
  void check_slots();
  void check_slot(internal::SlotId slot);
  void check_idle_slot(internal::SlotId slot);
  bool somebody_will_look(internal::SlotId slot) const;

  World& world_;
  std::int64_t calls_ = 0;
  std::int64_t scans_ = 0;
  std::int64_t rotations_ = 0;
};

}  // namespace millpond::sim
