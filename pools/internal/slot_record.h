// What only the core knows of a slot: its state and its dates.
//
// Plain data, guarded by whoever guards the PoolCore that owns it.
#pragma once

#include <cstdint>

#include "millpond/pools/closed_counts.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

//   kEmpty → kDialing → kLive ⇄ kResetting
//               │        ⇅  │        │
//               ▼  kProbing ├─→ kClosing ─→ kEmpty
//             kEmpty     └──┘
// A live slot is idle or lent; only its SlotWord knows which, and a thread may change it at any
// moment. In every other state the core has it. A slot counts as open in every state but kEmpty:
// also while it closes, because the server still has the session.
enum class SlotState : std::uint8_t { kEmpty, kDialing, kLive, kProbing, kResetting, kClosing };
inline constexpr int kSlotStates = 6;

struct SlotRecord {
  SlotState state = SlotState::kEmpty;
  bool used = false;     // since the demand was last looked at
  bool suspect = false;  // others have failed since it was last proven: to be probed next
  std::uint32_t generation = 0;
  EndpointId endpoint = kNoEndpoint;  // that it is at, from the dial on
  TimePoint dialled_at;               // the dial's begin
  bool stalled = false;               // a dial that was seen to take long
  SlotId replaces = kNoSlot;          // while dialing: the slot whose place it is to take
  SlotId replaced_by = kNoSlot;       // from that dial on, until it is closed
  // Why it is to close when it comes back, where that was decided; counted then.
  std::int64_t ClosedCounts::*reason = nullptr;
  TimePoint expires;    // from here on it is to be replaced
  TimePoint ends;       // and never lent from here on
  TimePoint last_used;  // last return, or the dial, as far as the core has seen
  TimePoint asked;      // when the probe or reset under way began
  TimePoint proven;     // last time the server answered: dial, use, probe, or reset
  // Of the watch over its session's socket; 0: none, and only a probe shows whether it lives.
  std::uint64_t watch = 0;
  std::uint64_t leases = 0;  // Slot::leases when the core last looked
};

}  // namespace millpond::internal
