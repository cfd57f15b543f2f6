// The slot table as fast_path.h sees it in the simulator: between two of a returner's steps others
// act, and the oracle hears when a slot is given back.
//
// For one thread; made for one return.
//
//   SteppedTable table(world, caller);
//   Next next = return_quietly(table, slot);
#pragma once

#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/tests/sim/oracle.h"
#include "millpond/tests/sim/world.h"

namespace millpond::sim {

class SteppedTable {
 public:
  SteppedTable(World& world, CallerId caller) : world_(world), caller_(caller) {}

  internal::SlotTable::Glance glance(const internal::Slot& slot) {
    const internal::SlotTable::Glance seen = world_.table.glance(slot);
    before_ = given_back_ ? before_ : seen;
    return seen;
  }

  void list(internal::Slot& slot) {
    world_.table.list(slot);
    world_.between_steps();
  }

  void give_back(internal::Slot& slot) {
    world_.between_steps();
    ++world_.glances[slot.id];  // taken back when the returner is done with it
    given_back_ = true;
    world_.oracle.gives_back(slot.id, caller_, world_.now());
    world_.table.give_back(slot);
    world_.between_steps();
  }

  // What the returner saw last before it decided.
  const internal::SlotTable::Glance& before() const { return before_; }

 private:
  World& world_;
  CallerId caller_;
  bool given_back_ = false;
  internal::SlotTable::Glance before_;
};

}  // namespace millpond::sim
