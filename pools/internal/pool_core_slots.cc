// The places of a pool: what state each is in, when one closes, and when another is dialled.
#include <algorithm>
#include <functional>
#include <utility>

#include "millpond/policy/backoff.h"
#include "millpond/policy/endpoint_health.h"
#include "millpond/pools/internal/pool_core.h"

namespace millpond::internal {

void PoolCore::move(SlotId slot, SlotState to) {
  SlotRecord& moved = records_[slot];
  --counts_[static_cast<int>(moved.state)];
  ++counts_[static_cast<int>(to)];
  moved.state = to;
  if (to == SlotState::kEmpty) {
    --sessions_[moved.endpoint];
    empty_.push_back(slot);
    std::push_heap(empty_.begin(), empty_.end(), std::greater<>{});
  }
}

// Only a live slot may be idle; in every other state the core has it already.
bool PoolCore::claim(SlotId slot) {
  machine_.before_claim();
  return records_[slot].state == SlotState::kLive && table_[slot].word.try_take();
}

// Learns what happened to a slot on the fast path since the last look.
void PoolCore::refresh(SlotId slot, TimePoint now) {
  SlotRecord& record = records_[slot];
  const std::uint64_t leases = table_[slot].leases.load(std::memory_order_relaxed);
  if (leases != record.leases) {
    record.leases = leases;
    record.last_used = record.proven = now;
    record.used = true;
  }
}

bool PoolCore::needs_probe(SlotId slot, TimePoint now) const {
  switch (policy_.validate) {
    case policy::Validate::kNever:
      return false;
    case policy::Validate::kAlways:
      return true;
    case policy::Validate::kAuto:
      if (records_[slot].watch != 0) {
        return false;  // had the server hung up, the watch would have said so
      }
      [[fallthrough]];
    case policy::Validate::kIdle:
      return now - records_[slot].proven >= policy_.validate_after_idle;
  }
  return true;
}

std::optional<PoolCore::Reason> PoolCore::reason_to_close(SlotId slot, TimePoint now) const {
  const SlotRecord& record = records_[slot];
  if (closed()) {
    return &ClosedCounts::drained;
  }
  if (record.generation != generation_) {
    return &ClosedCounts::outdated;
  }
  if ((table_[slot].word.marks() & kRetireMark) != 0) {
    return record.reason;
  }
  if (now >= record.ends) {
    return &ClosedCounts::lifetime;
  }
  if (table_[slot].used_up()) {
    return &ClosedCounts::uses;
  }
  // What overflow opened stays while somebody waits for it.
  if (surplus() > (waiters_.empty() ? 0 : overflow_max_)) {
    return &ClosedCounts::surplus;
  }
  return std::nullopt;
}

void PoolCore::retire(SlotId slot, Reason reason, Actions& actions) {
  move(slot, SlotState::kClosing);
  ++(counters_.closed.*reason);
  actions.add(Action::Kind::kClose, slot);
}

void PoolCore::retire_or_mark(SlotId slot, Reason reason, Actions& actions) {
  SlotRecord& record = records_[slot];
  if (record.state == SlotState::kProbing || record.state == SlotState::kResetting) {
    record.reason = reason;  // it is offered when that is done, and judged then
    table_[slot].word.mark(kRetireMark);
  } else if (record.state == SlotState::kLive && !actions.full() && claim(slot)) {
    retire(slot, reason, actions);
  } else if (record.state == SlotState::kLive) {
    record.reason = reason;
    marked_ |= table_[slot].word.mark(kRetireMark);
  }
}

void PoolCore::retire_marked(Actions& actions) {
  if (!marked_) {
    return;
  }
  marked_ = false;
  machine_.heavy_fence();
  for (SlotId slot = 0; slot < records_.size() && !actions.full(); ++slot) {
    if ((table_[slot].word.marks() & kRetireMark) != 0 && claim(slot)) {
      retire(slot, records_[slot].reason, actions);
    }
  }
  marked_ = actions.full();  // resume() goes on
}

void PoolCore::mark_stale(Slot& slot) {
  stale_ += slot.word.mark(kStaleMark) ? 1 : 0;
}

void PoolCore::clear_stale(Slot& slot) {
  clear_suspect(slot.id);
  if ((slot.word.marks() & kStaleMark) != 0) {
    slot.word.clear(kStaleMark);
    --stale_;
  }
}

void PoolCore::probe(SlotId slot, TimePoint now, Actions& actions) {
  records_[slot].asked = now;
  doubtful_ += records_[slot].suspect ? 1 : 0;
  move(slot, SlotState::kProbing);
  actions.add(Action::Kind::kProbe, slot);
}

// The core has the slot, and its session is good: whose is it now?
void PoolCore::offer(SlotId slot, TimePoint now, Actions& actions) {
  if (const auto reason = reason_to_close(slot, now)) {
    retire(slot, *reason, actions);
    return;
  }
  clear_stale(table_[slot]);
  table_[slot].word.clear(kVisitMark);
  if (!waiters_.empty()) {
    grant(slot, now, actions);
    ++counters_.handed_over;
  } else {
    make_idle(slot);
  }
}

void PoolCore::make_idle(SlotId slot) {
  Slot& shared = table_[slot];
  if ((shared.word.marks() & kUnlistedMark) != 0) {
    table_.list(shared);
  }
  table_.give_back(shared);  // nobody can join the queue meanwhile, so there is nothing to look for
}

int PoolCore::pending() const {
  return count(SlotState::kDialing) + count(SlotState::kProbing) + count(SlotState::kResetting);
}

int PoolCore::live() const {
  return count(SlotState::kLive) + count(SlotState::kProbing) + count(SlotState::kResetting);
}

// `extra` counts a caller who asked but did not wait.
void PoolCore::open_more(int extra, TimePoint now, Actions& actions) {
  if (closed()) {
    return;
  }
  const auto waiting = static_cast<std::int64_t>(waiters_.size());
  const std::int64_t below_minimum = std::min(policy_.min_idle, size_) - open();
  // Where nothing works, one dial finds out when something does, though callers are turned away.
  const std::int64_t to_find_out = hopeless(now) ? 1 - count(SlotState::kDialing) : 0;
  std::int64_t for_callers = waiting + extra - dependable();
  std::int64_t for_idle = std::max({missing_idle_, below_minimum, to_find_out});
  while ((for_callers > 0 || for_idle > 0) && !empty_.empty() && now >= next_dial_ &&
         !actions.full()) {
    if (open() >= most_now(now) + (for_callers > 0 ? overflow_max_ : 0)) {
      return;
    }
    const EndpointId endpoint = gate_.begin(stake(), now);
    if (endpoint == kNoEndpoint) {
      return;
    }
    dial({.endpoint = endpoint}, now, actions);
    --for_callers;
    --for_idle;
    missing_idle_ = std::max<std::int64_t>(missing_idle_ - 1, 0);
  }
}

// Sessions that callers who wait may have now. Where the server admitted no more than some, one
// above these is tried from time to time.
std::int64_t PoolCore::most_now(TimePoint now) const {
  const bool raised = ceiling_ != policy::kUnlimited && may_raise(now);
  return std::min(size_, ceiling_ + (raised ? 1 : 0)) + rotations_;
}

bool PoolCore::may_raise(TimePoint now) const {
  return now >= next_raise_ && count(SlotState::kDialing) == 0;
}

DialGate::Stake PoolCore::stake() const {
  return {.policy = policy_,
          .sessions = sessions_,
          .avoid_until = avoid_until_,
          .dials = count(SlotState::kDialing)};
}

SlotId PoolCore::dial(const Successor& successor, TimePoint now, Actions& actions) {
  std::pop_heap(empty_.begin(), empty_.end(), std::greater<>{});
  const SlotId slot = empty_.back();
  empty_.pop_back();
  SlotRecord& dialled = records_[slot];
  dialled.generation = generation_;
  dialled.endpoint = successor.endpoint;
  dialled.dialled_at = now;
  dialled.replaces = successor.replaces;
  ++sessions_[successor.endpoint];
  move(slot, SlotState::kDialing);
  actions.dial(slot, successor.endpoint);
  return slot;
}

void PoolCore::end_dial(SlotId slot) {
  stalled_ -= std::exchange(records_[slot].stalled, false) ? 1 : 0;
}

// Of a failed dial: when the next may begin, and where.
void PoolCore::learn(EndpointId endpoint, DialFailure failure, TimePoint now) {
  const std::uint64_t random = next_random();
  const auto pause = [&](int failures) {
    return later(now, policy::backoff_delay(policy_, failures, random));
  };
  switch (failure) {
    case DialFailure::kUnreached:
    case DialFailure::kUnanswered:
    case DialFailure::kRejected:
      return gate_.failed(endpoint, {policy_, failure, random}, now);
    case DialFailure::kFull:
      ceiling_ = live();
      next_raise_ = pause(full_dials_++);
      break;
    case DialFailure::kHostExhausted:
      next_dial_ = pause(exhausted_dials_++);
      break;
    case DialFailure::kMisconfigured:
    case DialFailure::kReadOnly:
      avoid_until_[endpoint] = later(now, policy_.backoff_cap);
      break;
    case DialFailure::kCancelled:
      break;
  }
  gate_.no_verdict(endpoint);
}

// Nothing is there to wait for: no session works, and no dial is expected to succeed.
bool PoolCore::hopeless(TimePoint now) const {
  return live() == 0 &&
         (full_dials_ >= policy::EndpointHealth::kFailuresUntilDown || gate_.down(stake(), now));
}

// splitmix64 (Steele, Lea, Flood 2014): small, seedable, and good enough to spread dates.
std::uint64_t PoolCore::next_random() {
  random_ += 0x9e3779b97f4a7c15;
  std::uint64_t z = random_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace millpond::internal
