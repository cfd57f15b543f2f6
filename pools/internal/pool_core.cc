#include "millpond/pools/internal/pool_core.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "millpond/policy/retirement.h"

namespace millpond::internal {

std::uint32_t PoolCore::slots_for(const policy::PoolPolicy& policy) {
  return static_cast<std::uint32_t>(policy.most_sessions());
}

PoolCore::PoolCore(const policy::PoolPolicy& policy, const Surroundings& surroundings)
    : policy_(policy),
      table_(surroundings.table),
      machine_(surroundings.machine),
      gate_(surroundings.gate),
      size_(policy.size),
      overflow_max_(policy.overflow_sessions()),
      records_(table_.size()),
      first_dials_(policy.size),
      demand_(policy),
      admission_(policy),
      sessions_(surroundings.endpoints),
      avoid_until_(surroundings.endpoints, TimePoint::min()),
      random_(surroundings.seed) {
  counts_[static_cast<int>(SlotState::kEmpty)] = static_cast<int>(records_.size());
  empty_.resize(records_.size());
  for (SlotId id = 0; id < records_.size(); ++id) {
    empty_[id] = id;  // in order, and so a heap
  }
}

// Callers.

Admission PoolCore::acquire(Waiter& waiter, Patience patience, TimePoint now, Actions& actions) {
  if (closed()) {
    refuse(waiter, closed_);
    return Admission::kRefused;
  }
  waiter.since = now;
  newcomer_ = &waiter;
  if (waiters_.empty()) {
    if (const SlotId slot = find(now, actions); slot != kNoSlot) {
      waiters_.push(waiter);
      grant(slot, now, actions);
    }
  }
  if (waiter.state != Waiter::State::kGranted) {
    const Refusal why =
        patience == Patience::kNoWait ? Refusal::kNoneIdle : reason_to_refuse(waiter, now);
    if (why != Refusal::kNone) {
      refuse(waiter, why);
      open_more(patience == Patience::kNoWait ? 1 : 0, now, actions);
    } else {
      join(waiter, now);
    }
  }
  settle(now, actions);
  newcomer_ = nullptr;
  return admission_of(waiter);
}

Admission PoolCore::admission_of(const Waiter& waiter) {
  switch (waiter.state) {
    case Waiter::State::kGranted:
      return Admission::kGranted;
    case Waiter::State::kQueued:
      return Admission::kQueued;
    case Waiter::State::kRefused:
    case Waiter::State::kDetached:
      break;
  }
  return Admission::kRefused;
}

bool PoolCore::cancel(Waiter& waiter, TimePoint now, Actions& actions) {
  if (waiter.state != Waiter::State::kQueued) {
    return false;
  }
  leave(waiter);
  ++counters_.cancelled;
  settle(now, actions);
  return true;
}

Admission PoolCore::retry(Waiter& waiter, TimePoint now, Actions& actions) {
  waiter.nudged = false;
  if (nudged_ == &waiter) {
    nudged_ = nullptr;
  }
  if (waiter.state != Waiter::State::kQueued) {
    return Admission::kQueued;  // completed in the meantime: that news is on its way
  }
  newcomer_ = &waiter;
  settle(now, actions);
  newcomer_ = nullptr;
  return admission_of(waiter);
}

void PoolCore::look_at(SlotId slot, TimePoint now, Actions& actions) {
  if ((table_[slot].word.marks() & kStaleMark) == 0 || reason_to_close(slot, now)) {
    offer(slot, now, actions);
  } else {
    probe(slot, now, actions);
  }
}

void PoolCore::look_again(SlotId slot, TimePoint now, Actions& actions) {
  if (claim(slot)) {
    refresh(slot, now);
    offer(slot, now, actions);
  }
  settle(now, actions);
}

void PoolCore::nudge(Actions& actions) {
  if (waiters_.empty() || nudged_ != nullptr || (table_.waiting() & kHeadAsleep) == 0) {
    return;
  }
  table_.set_waiting(kSomebodyWaits);
  nudged_ = waiters_.oldest();
  nudged_->nudged = true;
  actions.tell(Action::Kind::kNudge, *nudged_);
}

void PoolCore::release(SlotId slot, Return how, TimePoint now, Actions& actions) {
  SlotRecord& returned = records_[slot];
  returned.last_used = returned.proven = now;
  returned.leases = table_[slot].leases.load(std::memory_order_relaxed);
  returned.used = true;
  if (how == Return::kBroken || how == Return::kDiscarded) {
    retire(slot, &ClosedCounts::broken, actions);
    if (how == Return::kBroken) {
      suspect_unproven(now - policy_.validate_after_idle, now);
    }
  } else if (how == Return::kDirty && !reason_to_close(slot, now)) {
    returned.asked = now;
    move(slot, SlotState::kResetting);
    actions.add(Action::Kind::kReset, slot);
  } else {
    offer(slot, now, actions);
  }
  settle(now, actions);
}

// Completions.

void PoolCore::on_dialed(SlotId slot, TimePoint now, Actions& actions) {
  SlotRecord& fresh = records_[slot];
  Slot& shared = table_[slot];
  const auto span = policy::lifetime(
      policy_, first_dials_ > 0 ? policy::Birth::kAtStart : policy::Birth::kLater, next_random());
  first_dials_ -= first_dials_ > 0 ? 1 : 0;
  fresh.last_used = fresh.proven = now;
  fresh.expires = later(now, span.expires);
  fresh.ends = later(now, span.ends);
  if (fresh.dialled_at < renewed_) {
    fresh.expires = std::min(fresh.expires, later(now, renewal_delay()));
  }
  fresh.leases = shared.leases.load(std::memory_order_relaxed);
  shared.last_lease.store(policy_.max_uses == policy::kUnlimited
                              ? std::numeric_limits<std::uint64_t>::max()
                              : fresh.leases + static_cast<std::uint64_t>(policy_.max_uses),
                          std::memory_order_relaxed);
  next_rotation_ = std::min(next_rotation_, fresh.expires);
  table_.list(shared);
  move(slot, SlotState::kLive);
  end_dial(slot);
  gate_.done(fresh.endpoint, now);
  dials_fail_ = false;
  exhausted_dials_ = full_dials_ = 0;
  next_dial_ = TimePoint{};  // not `now`: events that read the clock before this one may come yet
  if (ceiling_ != policy::kUnlimited) {
    ceiling_ = live() < size_ ? live() : policy::kUnlimited;
    next_raise_ = TimePoint{};
  }
  ++counters_.dialled;
  const SlotId old = std::exchange(fresh.replaces, kNoSlot);
  if (old != kNoSlot) {
    fresh.last_used =
        records_[old].last_used;  // standing in is no use: what is superfluous stays so
  }
  offer(slot, now, actions);
  if (old != kNoSlot && fresh.state == SlotState::kClosing) {
    end_rotation(old);  // it died, or is not wanted any more: the old one stays
  } else if (old != kNoSlot) {
    const bool aged = now >= records_[old].expires;
    retire_or_mark(old, aged ? &ClosedCounts::lifetime : &ClosedCounts::moved, actions);
    retire_marked(actions);
  }
  settle(now, actions);
}

void PoolCore::on_dial_failed(SlotId slot, DialFailure failure, TimePoint now, Actions& actions) {
  if (const SlotId old = std::exchange(records_[slot].replaces, kNoSlot); old != kNoSlot) {
    end_rotation(old);
  }
  const EndpointId endpoint = records_[slot].endpoint;
  end_dial(slot);
  move(slot, SlotState::kEmpty);
  ++counters_.dial_failures;
  dials_fail_ = true;
  learn(endpoint, failure, now);
  if (hopeless(now)) {
    refuse_all(Refusal::kBackendDown, actions);
  }
  settle(now, actions);
}

void PoolCore::on_probed(SlotId slot, Outcome outcome, TimePoint now, Actions& actions) {
  clear_suspect(slot);
  if (outcome == Outcome::kFailed) {
    gate_.broken_session(records_[slot].endpoint, {.policy = policy_, .random = next_random()},
                         now);
    retire(slot, &ClosedCounts::broken, actions);
    suspect_unproven(records_[slot].asked, now);
  } else {
    gate_.answered(records_[slot].endpoint);
    records_[slot].proven = now;
    next_rotation_ = std::min(next_rotation_, records_[slot].expires);
    move(slot, SlotState::kLive);
    offer(slot, now, actions);
  }
  settle(now, actions);
}

void PoolCore::on_reset(SlotId slot, Outcome outcome, TimePoint now, Actions& actions) {
  on_probed(slot, outcome, now, actions);  // a reset is a round trip too
}

void PoolCore::on_closed(SlotId slot, TimePoint now, Actions& actions) {
  clear_stale(table_[slot]);
  table_[slot].word.clear(kRetireMark | kVisitMark);
  table_.unlist(table_[slot]);
  const Reason decided = std::exchange(records_[slot].reason, nullptr);
  records_[slot].watch = 0;
  move(slot, SlotState::kEmpty);
  end_rotation(slot);
  if (decided == &ClosedCounts::dead) {
    missing_idle_ = missing_idle();
  }
  rotate(now, actions);
  settle(now, actions);
}

void PoolCore::resume(TimePoint now, Actions& actions) {
  if (closed()) {
    close(closed_, now, actions);
  } else {
    retire_marked(actions);
    close_surplus(actions);
    settle(now, actions);
  }
}

}  // namespace millpond::internal
