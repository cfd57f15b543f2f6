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
  gate_.broken_session(record.endpoint, {.policy = policy_, .random = next_random()}, now);
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

// A probe that failed, or a session that came back broken, may be the path's or the server's fault:
// what has not proven itself since is not lent before it has.
void PoolCore::suspect_unproven(TimePoint since, TimePoint now) {
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    SlotRecord& record = records_[slot];
    if (record.state != SlotState::kLive || record.suspect || !table_[slot].word.looks_idle()) {
      continue;  // at work: its borrower will see, or somebody has asked it already
    }
    refresh(slot, now);
    if (record.proven < since) {
      record.suspect = true;
      ++suspects_;
      mark_stale(table_[slot]);
    }
  }
}

void PoolCore::clear_suspect(SlotId slot) {
  SlotRecord& record = records_[slot];
  if (record.suspect) {
    record.suspect = false;
    --suspects_;
    doubtful_ -= record.state == SlotState::kProbing ? 1 : 0;
  }
}

// As many at once as may be dialled, so that each has a thread to wait on.
void PoolCore::probe_suspects(TimePoint now, Actions& actions) {
  const auto room = [&] {
    return suspects_ > doubtful_ && !actions.full() &&
           count(SlotState::kProbing) < policy_.max_concurrent_dials;
  };
  for (SlotId slot = 0; slot < records_.size() && room(); ++slot) {
    if (records_[slot].suspect && claim(slot)) {
      look_at(slot, now, actions);
    }
  }
}

}  // namespace millpond::internal
