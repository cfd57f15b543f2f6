// A place for one connection: its state and its dates. Knows nothing of the connection's type.
//
// Plain data, guarded by whoever guards the PoolCore that owns it.
#pragma once

#include <cstdint>

#include "millpond/pools/time_point.h"

namespace millpond::internal {

using SlotId = std::uint32_t;
inline constexpr SlotId kNoSlot = 0xffffffff;

//   kEmpty → kDialing → kIdle ⇄ kLeased ─→ kResetting ─→ kIdle
//               │         ⇅                      │
//               ▼      kProbing ──→ kClosing ←───┘
//             kEmpty                   └──→ kEmpty
// A slot counts against the pool's size in every state but kEmpty: also while it closes, because
// the server still has the session.
enum class SlotState : std::uint8_t {
  kEmpty,
  kDialing,
  kIdle,
  kProbing,
  kLeased,
  kResetting,
  kClosing
};
inline constexpr int kSlotStates = 7;

struct Slot {
  SlotState state = SlotState::kEmpty;
  TimePoint expires;    // end of the connection's lifetime
  TimePoint last_used;  // last return, or the dial
  TimePoint proven;     // last time the server answered: dial, use, probe, or reset
  std::int64_t uses = 0;
  SlotId newer = kNoSlot;  // neighbours in the idle list
  SlotId older = kNoSlot;
};

}  // namespace millpond::internal
