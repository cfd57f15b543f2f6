// What has to be done after an event, decided under the pool's lock and done without it.
//
// A bounded list on the stack: an event that has more to do than fits leaves the rest to the next
// tick.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"

namespace millpond::internal {

struct Action {
  enum class Kind : std::uint8_t {
    kDial,      // open a connection for the slot
    kProbe,     // one round trip
    kReset,     // bring the session back to its initial state
    kClose,     // close the connection, then report on_closed
    kComplete,  // the waiter was granted a slot or refused: tell it
  };
  Kind kind = Kind::kDial;
  SlotId slot = kNoSlot;
  Waiter* waiter = nullptr;
};

class Actions {
 public:
  static constexpr std::size_t kCapacity = 32;

  bool full() const { return size_ == kCapacity; }
  void add(Action::Kind kind, SlotId slot) { actions_.at(size_++) = {kind, slot, nullptr}; }
  void complete(Waiter& waiter) {
    actions_.at(size_++) = {Action::Kind::kComplete, kNoSlot, &waiter};
  }

  const Action* begin() const { return actions_.data(); }
  const Action* end() const { return actions_.data() + size_; }
  std::size_t size() const { return size_; }

 private:
  std::array<Action, kCapacity> actions_;
  std::size_t size_ = 0;
};

}  // namespace millpond::internal
