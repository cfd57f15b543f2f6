// What the core learns of sessions that nobody is using.
#include <algorithm>

#include "millpond/pools/internal/pool_core.h"

namespace millpond::internal {

void PoolCore::on_hung_up(SlotId slot, std::uint64_t watch, TimePoint now, Actions& actions) {
  SlotRecord& record = records_[slot];
  if (record.watch != watch || record.state == SlotState::kClosing) {
    return;
  }
  record.watch = 0;  // it tells nothing more
  record.reason = &ClosedCounts::dead;
  if (record.state == SlotState::kDialing) {
    table_[slot].word.mark(kRetireMark);  // judged when the dial is reported
  } else {
    retire_or_mark(slot, &ClosedCounts::dead, actions);
    retire_marked(actions);
  }
  missing_idle_ = missing_idle();  // made good now, or when it is closed, not at the next tick
  settle(now, actions);
}

std::int64_t PoolCore::missing_idle() const {
  const std::int64_t leased = this->leased();
  const std::int64_t idle = count(SlotState::kLive) - leased;
  return std::min(policy_.min_idle, size_ - leased) - idle - pending();
}

}  // namespace millpond::internal
