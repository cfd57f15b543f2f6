#include "millpond/pools/internal/pool_core.h"

#include <algorithm>

#include "millpond/policy/backoff.h"
#include "millpond/policy/retirement.h"

namespace millpond::internal {
namespace {

// Keepalive probes of one pool at a time: enough to get round a large pool within its keepalive,
// too few to take the idle connections away from callers.
constexpr int kMaxKeepaliveProbes = 2;

// `when + span`, or the end of time where that would overflow.
TimePoint later(TimePoint when, policy::Duration span) {
  const auto room = std::chrono::duration_cast<policy::Duration>(TimePoint::max() - when);
  return span >= room ? TimePoint::max() : when + span;
}

}  // namespace

PoolCore::PoolCore(const policy::PoolPolicy& policy, std::uint64_t seed)
    : policy_(policy), slots_(static_cast<std::size_t>(policy.size)), random_(seed) {
  counts_[static_cast<int>(SlotState::kEmpty)] = static_cast<int>(slots_.size());
  empty_.reserve(slots_.size());
  for (std::size_t i = slots_.size(); i > 0; --i) {
    empty_.push_back(static_cast<SlotId>(i - 1));
  }
}

Admission PoolCore::acquire(Waiter& waiter, Patience patience, TimePoint now, Actions& actions) {
  if (closed_) {
    refuse(waiter, Refusal::kClosed);
    return Admission::kRefused;
  }
  if (waiters_.empty()) {
    if (const SlotId slot = take_idle(now, actions); slot != kNoSlot) {
      lend(waiter, slot);
      return Admission::kGranted;
    }
  }
  if (patience == Patience::kNoWait) {
    refuse(waiter, Refusal::kNoneIdle);
    balance(1, now, actions);
    return Admission::kRefused;
  }
  if (hopeless(now)) {
    refuse(waiter, Refusal::kBackendDown);
    return Admission::kRefused;
  }
  if (waiters_.size() >= static_cast<std::size_t>(policy_.max_waiters)) {
    refuse(waiter, Refusal::kQueueFull);
    return Admission::kRefused;
  }
  waiters_.push(waiter);
  ++counters_.queued;
  balance(0, now, actions);
  return Admission::kQueued;
}

bool PoolCore::cancel(Waiter& waiter) {
  if (waiter.state != Waiter::State::kQueued) {
    return false;
  }
  waiters_.remove(waiter);
  ++counters_.cancelled;
  return true;
}

void PoolCore::release(SlotId slot, Return how, TimePoint now, Actions& actions) {
  Slot& returned = slots_[slot];
  ++returned.uses;
  returned.last_used = returned.proven = now;
  if (how == Return::kBroken) {
    retire(slot, counters_.closed.broken, actions);
  } else if (how == Return::kDirty && !closed_ && now < returned.expires &&
             returned.uses < policy_.max_uses) {
    move(slot, SlotState::kResetting);
    actions.add(Action::Kind::kReset, slot);
  } else {
    make_available(slot, now, actions);
  }
  balance(0, now, actions);
}

void PoolCore::on_dialed(SlotId slot, TimePoint now, Actions& actions) {
  Slot& fresh = slots_[slot];
  fresh.uses = 0;
  fresh.last_used = fresh.proven = now;
  fresh.expires = policy_.max_lifetime.count() == 0
                      ? TimePoint::max()
                      : later(now, policy::jittered_lifetime(policy_, next_random()));
  failed_dials_ = 0;
  terminal_ = false;
  next_dial_ = now;
  ++counters_.dialled;
  make_available(slot, now, actions);
  balance(0, now, actions);
}

void PoolCore::on_dial_failed(SlotId slot, DialFailure failure, TimePoint now, Actions& actions) {
  move(slot, SlotState::kEmpty);
  empty_.push_back(slot);
  ++counters_.dial_failures;
  terminal_ = failure == DialFailure::kTerminal;
  next_dial_ = later(now, terminal_ ? policy_.backoff_cap
                                    : policy::backoff_delay(policy_, failed_dials_, next_random()));
  ++failed_dials_;
  if (hopeless(now)) {
    refuse_all(Refusal::kBackendDown, actions);
  }
  balance(0, now, actions);
}

void PoolCore::on_probed(SlotId slot, Outcome outcome, TimePoint now, Actions& actions) {
  if (outcome == Outcome::kFailed) {
    retire(slot, counters_.closed.broken, actions);
  } else {
    slots_[slot].proven = now;
    make_available(slot, now, actions);
  }
  balance(0, now, actions);
}

void PoolCore::on_reset(SlotId slot, Outcome outcome, TimePoint now, Actions& actions) {
  on_probed(slot, outcome, now, actions);  // a reset is a round trip too
}

void PoolCore::on_closed(SlotId slot, TimePoint now, Actions& actions) {
  move(slot, SlotState::kEmpty);
  empty_.push_back(slot);
  balance(0, now, actions);
}

void PoolCore::on_tick(TimePoint now, Actions& actions) {
  if (hopeless(now)) {
    refuse_all(Refusal::kBackendDown, actions);
  }
  sweep_idle(now, actions);
  balance(0, now, actions);
}

void PoolCore::close(Actions& actions) {
  closed_ = true;
  refuse_all(Refusal::kClosed, actions);
  while (newest_idle_ != kNoSlot && !actions.full()) {
    retire(newest_idle_, counters_.closed.drained, actions);
  }
}

void PoolCore::move(SlotId slot, SlotState to) {
  Slot& moved = slots_[slot];
  if (moved.state == SlotState::kIdle) {
    unlink_idle(slot);
  }
  --counts_[static_cast<int>(moved.state)];
  ++counts_[static_cast<int>(to)];
  moved.state = to;
  if (to == SlotState::kIdle) {
    push_idle(slot);
  }
}

void PoolCore::unlink_idle(SlotId slot) {
  Slot& gone = slots_[slot];
  (gone.newer != kNoSlot ? slots_[gone.newer].older : newest_idle_) = gone.older;
  (gone.older != kNoSlot ? slots_[gone.older].newer : oldest_idle_) = gone.newer;
  gone.newer = gone.older = kNoSlot;
}

void PoolCore::push_idle(SlotId slot) {
  slots_[slot].older = newest_idle_;
  (newest_idle_ != kNoSlot ? slots_[newest_idle_].newer : oldest_idle_) = slot;
  newest_idle_ = slot;
}

int PoolCore::pending() const {
  return count(SlotState::kDialing) + count(SlotState::kProbing) + count(SlotState::kResetting);
}

int PoolCore::live() const {
  return count(SlotState::kIdle) + count(SlotState::kLeased) + count(SlotState::kProbing) +
         count(SlotState::kResetting);
}

SlotId PoolCore::take_idle(TimePoint now, Actions& actions) {
  while (!actions.full()) {
    const SlotId next = policy_.order == policy::Order::kLifo ? newest_idle_ : oldest_idle_;
    if (next == kNoSlot) {
      return kNoSlot;
    }
    if (now >= slots_[next].expires) {
      retire(next, counters_.closed.lifetime, actions);
      continue;
    }
    if (needs_probe(slots_[next], now)) {
      move(next, SlotState::kProbing);
      actions.add(Action::Kind::kProbe, next);
      return kNoSlot;
    }
    return next;
  }
  return kNoSlot;
}

bool PoolCore::needs_probe(const Slot& slot, TimePoint now) const {
  switch (policy_.validate) {
    case policy::Validate::kNever:
      return false;
    case policy::Validate::kAlways:
      return true;
    case policy::Validate::kAuto:
    case policy::Validate::kIdle:
      return now - slot.proven >= policy_.validate_after_idle;
  }
  return true;
}

void PoolCore::make_available(SlotId slot, TimePoint now, Actions& actions) {
  const Slot& offered = slots_[slot];
  if (closed_) {
    retire(slot, counters_.closed.drained, actions);
  } else if (now >= offered.expires) {
    retire(slot, counters_.closed.lifetime, actions);
  } else if (offered.uses >= policy_.max_uses) {
    retire(slot, counters_.closed.uses, actions);
  } else if (!waiters_.empty()) {
    Waiter& first = waiters_.pop();
    lend(first, slot);
    actions.complete(first);
  } else {
    move(slot, SlotState::kIdle);
  }
}

void PoolCore::lend(Waiter& waiter, SlotId slot) {
  move(slot, SlotState::kLeased);
  waiter.state = Waiter::State::kGranted;
  waiter.slot = slot;
  ++counters_.granted;
}

void PoolCore::refuse(Waiter& waiter, Refusal why) {
  waiter.state = Waiter::State::kRefused;
  waiter.refusal = why;
  ++counters_.refused;
}

void PoolCore::refuse_all(Refusal why, Actions& actions) {
  while (!waiters_.empty() && !actions.full()) {
    Waiter& first = waiters_.pop();
    refuse(first, why);
    actions.complete(first);
  }
}

void PoolCore::retire(SlotId slot, std::int64_t& reason, Actions& actions) {
  move(slot, SlotState::kClosing);
  ++reason;
  actions.add(Action::Kind::kClose, slot);
}

void PoolCore::sweep_idle(TimePoint now, Actions& actions) {
  SlotId next = kNoSlot;
  for (SlotId slot = oldest_idle_; slot != kNoSlot && !actions.full(); slot = next) {
    const Slot& idle = slots_[slot];
    next = idle.newer;
    if (now >= idle.expires) {
      retire(slot, counters_.closed.lifetime, actions);
    } else if (policy_.idle_timeout.count() != 0 && now - idle.last_used >= policy_.idle_timeout &&
               count(SlotState::kIdle) > policy_.min_idle) {
      retire(slot, counters_.closed.idle, actions);
    } else if (policy_.keepalive.count() != 0 && now - idle.proven >= policy_.keepalive &&
               count(SlotState::kProbing) < kMaxKeepaliveProbes) {
      move(slot, SlotState::kProbing);
      actions.add(Action::Kind::kProbe, slot);
    }
  }
}

void PoolCore::balance(int extra, TimePoint now, Actions& actions) {
  if (closed_) {
    return;
  }
  const auto waiting = [this] { return static_cast<int>(waiters_.size()); };
  while (waiting() > pending() && newest_idle_ != kNoSlot && !actions.full()) {
    if (const SlotId slot = take_idle(now, actions); slot != kNoSlot) {
      Waiter& first = waiters_.pop();
      lend(first, slot);
      actions.complete(first);
    }
  }
  // While the backend refuses, one dial at a time tries it; the rest would only join the herd.
  const auto dials_allowed = failed_dials_ > 0 ? 1 : policy_.max_concurrent_dials;
  const auto missing_idle = policy_.min_idle - count(SlotState::kIdle);
  auto wanted = std::max<std::int64_t>(waiting() + extra, missing_idle) - pending();
  for (; wanted > 0 && !empty_.empty() && now >= next_dial_ && !actions.full() &&
         count(SlotState::kDialing) < dials_allowed;
       --wanted) {
    const SlotId slot = empty_.back();
    empty_.pop_back();
    move(slot, SlotState::kDialing);
    actions.add(Action::Kind::kDial, slot);
  }
}

bool PoolCore::hopeless(TimePoint now) const {
  return terminal_ && now < next_dial_ && live() == 0 && count(SlotState::kDialing) == 0;
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
