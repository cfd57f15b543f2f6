// What the core does of its own accord: ageing, shrinking, growing, rotation, shutting down.
#include <algorithm>
#include <functional>

#include "millpond/policy/endpoint_health.h"
#include "millpond/pools/internal/pool_core.h"

namespace millpond::internal {
namespace {

// A borrower's own read-only transaction looks like a server's that takes no writes: what it costs
// is bounded.
constexpr std::chrono::seconds kRoleBumpEvery{1};

}  // namespace

void PoolCore::on_tick(TimePoint now, Actions& actions) {
  if (closed()) {
    close(closed_, now, actions);
    return;
  }
  if (hopeless(now)) {
    refuse_all(Refusal::kBackendDown, actions);
  }
  Census census = take_census(now);
  follow_demand(now);
  // From the highest down, so that what stays is what demand prefers.
  for (SlotId slot = table_.size(); slot > 0; --slot) {
    SlotRecord& record = records_[slot - 1];
    if (record.state == SlotState::kLive) {
      tend(slot - 1, now, census, actions);
    } else if (record.state == SlotState::kDialing) {
      notice_stalled(record, now);
    }
  }
  retire_marked(actions);
  missing_idle_ = std::min(policy_.min_idle, size_ - census.leased) - census.idle - pending();
  rotate(now, actions);
  settle(now, actions);
}

// A dial that takes long may be wedged: it is no reason not to try another.
void PoolCore::notice_stalled(SlotRecord& dial, TimePoint now) {
  if (!dial.stalled && now - dial.dialled_at >= policy::EndpointHealth::kPatience) {
    dial.stalled = true;
    ++stalled_;
  }
}

PoolCore::Census PoolCore::take_census(TimePoint now) {
  Census census{.checks = health_checks()};
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    SlotRecord& record = records_[slot];
    if (record.state != SlotState::kLive) {
      continue;
    }
    refresh(slot, now);
    if (table_[slot].word.looks_idle()) {
      ++census.idle;
    } else {
      ++census.leased;
      record.last_used = record.proven = now;
      record.used = true;
    }
  }
  return census;
}

int PoolCore::leased() const {
  int leased = 0;
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    leased += records_[slot].state == SlotState::kLive && !table_[slot].word.looks_idle() ? 1 : 0;
  }
  return leased;
}

void PoolCore::tend(SlotId slot, TimePoint now, Census& census, Actions& actions) {
  const SlotRecord& record = records_[slot];
  if (now >= record.ends || (now >= record.expires && policy_.rotation_spare == 0)) {
    retire_or_mark(slot, &ClosedCounts::lifetime, actions);
    return;
  }
  if (!table_[slot].word.looks_idle()) {
    return;
  }
  const policy::HealthChecks& checks = census.checks;
  const bool about_to_go = now >= record.expires && !dials_fail_;  // rather than a probe
  const bool check_due = checks.after.count() != 0 && now - record.proven >= checks.after &&
                         count(SlotState::kProbing) < checks.at_once && waiters_.empty() &&
                         !about_to_go;
  const bool above_size = surplus() > 0;
  if (!actions.full() && (above_size || superfluous(slot, now, census))) {
    if (claim(slot)) {
      --census.idle;
      retire(slot, above_size ? &ClosedCounts::surplus : &ClosedCounts::idle, actions);
    }
  } else if (!actions.full() && check_due) {
    if (claim(slot)) {
      --census.idle;
      probe(slot, now, actions);
    }
  } else if (policy_.validate != policy::Validate::kAlways && needs_probe(slot, now)) {
    mark_stale(table_[slot]);
  }
}

bool PoolCore::superfluous(SlotId slot, TimePoint now, const Census& census) const {
  const bool long_idle =
      policy_.idle_timeout.count() != 0 && now - records_[slot].last_used >= policy_.idle_timeout;
  return (long_idle && census.idle > policy_.min_idle) || census.idle > policy_.max_idle;
}

void PoolCore::follow_demand(TimePoint now) {
  if (!demand_.due(now)) {
    return;
  }
  SlotId used = 0;
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    if (records_[slot].used) {
      used = slot + 1;
      records_[slot].used = false;
    }
  }
  table_.prefer_below(demand_.next(now, table_.preferred(), used));
}

// Make before break: the successor is dialled in a place above the size, and the old session is
// closed when it stands. Nobody waits for either.
void PoolCore::rotate(TimePoint now, Actions& actions) {
  while (room_to_rotate(now) && !actions.full()) {
    Successor successor{.replaces = now >= next_rotation_ ? due_for_rotation(now) : kNoSlot};
    if (successor.replaces != kNoSlot) {
      successor.endpoint = gate_.begin(stake(), now);
    } else {
      successor = due_for_return(now);
    }
    if (successor.endpoint == kNoEndpoint) {
      return;
    }
    ++rotations_;
    records_[successor.replaces].replaced_by = dial(successor, now, actions);
  }
}

bool PoolCore::room_to_rotate(TimePoint now) const {
  return !closed() && rotations_ < policy_.rotation_spare && now >= next_dial_ &&
         (ceiling_ == policy::kUnlimited || may_raise(now)) && !empty_.empty() &&
         open() < size_ + rotations_ + 1;
}

// A session whose endpoint is not the one it should be at, now that another works again or this one
// does not, with the dial to that begun. Trying an endpoint that was down is the same.
PoolCore::Successor PoolCore::due_for_return(TimePoint now) {
  for (auto from = static_cast<EndpointId>(sessions_.size()); from > 0 && sessions_.size() > 1;
       --from) {
    const auto misplaced =
        std::find_if(records_.begin(), records_.end(), [&](const SlotRecord& record) {
          return record.state == SlotState::kLive && record.endpoint == from - 1 &&
                 record.replaced_by == kNoSlot;
        });
    if (misplaced == records_.end()) {
      continue;
    }
    const EndpointId to = gate_.begin_elsewhere(stake(), from - 1, now);
    if (to != kNoEndpoint) {
      return {.endpoint = to, .replaces = static_cast<SlotId>(misplaced - records_.begin())};
    }
  }
  return {};
}

// The oldest that is due; else kNoSlot, and the date of the next.
SlotId PoolCore::due_for_rotation(TimePoint now) {
  SlotId oldest = kNoSlot;
  next_rotation_ = TimePoint::max();
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    const SlotRecord& record = records_[slot];
    if (record.state == SlotState::kLive && record.replaced_by == kNoSlot &&
        record.expires < next_rotation_) {
      next_rotation_ = record.expires;
      oldest = slot;
    }
  }
  return next_rotation_ <= now ? oldest : kNoSlot;
}

void PoolCore::end_rotation(SlotId old) {
  const SlotId successor = std::exchange(records_[old].replaced_by, kNoSlot);
  if (successor == kNoSlot) {
    return;
  }
  --rotations_;
  next_rotation_ = std::min(next_rotation_, records_[old].expires);  // to be tried again
  if (records_[successor].replaces == old) {
    records_[successor].replaces = kNoSlot;  // still dialing: an ordinary dial from here on
  }
}

void PoolCore::resize(std::int64_t size, TimePoint now, Actions& actions) {
  size_ = size;
  const std::uint32_t slots = slots_at(size);
  const auto before = static_cast<SlotId>(records_.size());
  if (slots > before) {
    table_.grow_to(slots);
    records_.resize(slots);
    empty_.reserve(slots);
    for (SlotId slot = before; slot < slots; ++slot) {
      empty_.push_back(slot);
      std::push_heap(empty_.begin(), empty_.end(), std::greater<>{});
      ++counts_[static_cast<int>(SlotState::kEmpty)];
    }
  }
  if (slots > table_.preferred()) {
    table_.prefer_below(slots);
  }
  close_surplus(actions);
  settle(now, actions);
}

// Shrinking is a debt: idle sessions pay it at once, borrowed ones as they come back.
void PoolCore::close_surplus(Actions& actions) {
  if (surplus() <= 0) {
    return;
  }
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    if (records_[slot].state == SlotState::kLive) {
      table_[slot].word.mark(kVisitMark);
    }
  }
  machine_.heavy_fence();
  for (SlotId slot = table_.size(); slot > 0 && surplus() > 0 && !actions.full(); --slot) {
    if (claim(slot - 1)) {
      retire(slot - 1, &ClosedCounts::surplus, actions);
    }
  }
}

void PoolCore::bump_generation(TimePoint now, Actions& actions) {
  ++generation_;
  first_dials_ = open();
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    retire_or_mark(slot, &ClosedCounts::outdated, actions);
  }
  retire_marked(actions);
  settle(now, actions);
}

void PoolCore::renew(policy::Duration over, TimePoint now, Actions& actions) {
  renewing_ = over;
  renewed_ = now;
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    renew_one(slot, over, now);
  }
  rotate(now, actions);
  settle(now, actions);
}

void PoolCore::renew_one(SlotId slot, policy::Duration over, TimePoint now) {
  SlotRecord& record = records_[slot];
  if (record.state != SlotState::kEmpty && record.state != SlotState::kDialing) {
    const TimePoint by = later(now, policy::uniform_below(over, next_random()));
    record.expires = std::min(record.expires, by);
    next_rotation_ = std::min(next_rotation_, record.expires);
  }
}

void PoolCore::on_read_only(SlotId slot, TimePoint now, Actions& actions) {
  if (records_[slot].generation == generation_ && now >= next_role_bump_) {
    next_role_bump_ = now + kRoleBumpEvery;
    bump_generation(now, actions);
  }
}

void PoolCore::close(Refusal why, TimePoint now, Actions& actions) {
  closed_ = why;
  refuse_all(why, actions);
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    retire_or_mark(slot, &ClosedCounts::drained, actions);
  }
  retire_marked(actions);
  settle(now, actions);
}

}  // namespace millpond::internal
