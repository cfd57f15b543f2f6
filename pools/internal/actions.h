// What has to be done after an event, decided under the pool's lock and done without it.
//
// A bounded list on the stack: where an event has more to do than fits, the list comes back full
// and PoolCore::resume() gives the rest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"

namespace millpond::internal {

struct Action {
  enum class Kind : std::uint8_t {
    kDial,   // open a connection for the slot
    kProbe,  // one round trip
    kReset,  // bring the session back to its initial state
    kClose,  // close the connection, then report on_closed
    kDone,   // the waiter was granted a slot or refused: tell it
    kNudge,  // a slot was left idle: tell the waiter to look again
  };
  Kind kind = Kind::kDial;
  SlotId slot = kNoSlot;
  Waiter* waiter = nullptr;
  EndpointId endpoint = kNoEndpoint;  // to dial
};

class Actions {
 public:
  static constexpr std::size_t kCapacity = 32;

  bool full() const { return size_ == kCapacity; }
  void add(Action::Kind kind, SlotId slot) { actions_.at(size_++) = {.kind = kind, .slot = slot}; }
  void dial(SlotId slot, EndpointId endpoint) {
    actions_.at(size_++) = {.kind = Action::Kind::kDial, .slot = slot, .endpoint = endpoint};
  }
  void tell(Action::Kind kind, Waiter& waiter) {
    actions_.at(size_++) = {.kind = kind, .slot = waiter.slot, .waiter = &waiter};
  }

  const Action* begin() const { return actions_.data(); }
  const Action* end() const { return actions_.data() + size_; }
  std::size_t size() const { return size_; }

 private:
  std::array<Action, kCapacity> actions_;
  std::size_t size_ = 0;
};

}  // namespace millpond::internal
