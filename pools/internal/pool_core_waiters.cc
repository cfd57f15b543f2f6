// Who waits in a pool, and who is next.
#include "millpond/pools/internal/pool_core.h"

namespace millpond::internal {
namespace {

policy::Duration since_epoch(TimePoint when) {
  return std::chrono::duration_cast<policy::Duration>(when.time_since_epoch());
}

policy::Duration between(TimePoint from, TimePoint to) {
  return std::chrono::duration_cast<policy::Duration>(to - from);
}

}  // namespace

Slot* PoolCore::search(Marks avoid) {
  machine_.before_claim();
  return table_.search(avoid, [this] { machine_.heavy_fence(); });
}

SlotId PoolCore::find(TimePoint now, Actions& actions) {
  while (!actions.full()) {
    Slot* const found = search(kUnlendableMarks);
    if (found == nullptr) {
      break;
    }
    refresh(found->id, now);
    if (const auto reason = reason_to_close(found->id, now)) {
      retire(found->id, *reason, actions);
    } else if (needs_probe(found->id, now)) {
      mark_stale(*found);
      table_.give_back(*found);
    } else {
      return found->id;
    }
  }
  const bool one_more = newcomer_ != nullptr && newcomer_->state == Waiter::State::kDetached;
  const int callers = static_cast<int>(waiters_.size()) + (one_more ? 1 : 0);
  while (stale_ > 0 && pending() < callers && !actions.full()) {
    Slot* const stale = search(kRetireMark);
    if (stale == nullptr) {
      break;
    }
    probe(stale->id, now, actions);
  }
  return kNoSlot;
}

Refusal PoolCore::reason_to_refuse(const Waiter& waiter, TimePoint now) {
  if (hopeless(now)) {
    return Refusal::kBackendDown;
  }
  const auto waiting = static_cast<std::int64_t>(waiters_.size());
  if (waiting >= policy_.max_waiters) {
    return Refusal::kQueueFull;
  }
  if (policy_.overflow == policy::Overflow::kRefuse && waiting >= pending() &&
      open() >= size_ + rotations_) {
    return Refusal::kExhausted;
  }
  if (waiter.thread != kNoThread && holds_a_lease(waiter.thread)) {
    ++counters_.nested;
    if (everyone_waits_here(waiter.thread)) {
      return Refusal::kDeadlock;
    }
  }
  return Refusal::kNone;
}

bool PoolCore::holds_a_lease(ThreadId thread) const {
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    if (table_[slot].holder.load(std::memory_order_relaxed) == thread) {
      return true;
    }
  }
  return false;
}

// Nothing can come back any more: the pool is at its size, and each of its connections is held by a
// thread that waits in this queue. A lease that moved is its last user's (Lease::connection).
bool PoolCore::everyone_waits_here(ThreadId newcomer) const {
  if (open() < most_open() || count(SlotState::kLive) != open()) {
    return false;
  }
  for (SlotId slot = 0; slot < records_.size(); ++slot) {
    if (records_[slot].state == SlotState::kEmpty) {
      continue;
    }
    const ThreadId holder = table_[slot].holder.load(std::memory_order_relaxed);
    bool waits = holder != kNoThread && holder == newcomer;
    for (const Waiter* w = waiters_.oldest(); w != nullptr && !waits; w = w->next) {
      waits = holder != kNoThread && w->thread == holder;
    }
    if (!waits) {
      return false;
    }
  }
  return true;
}

std::size_t PoolCore::ahead_of(const Waiter& waiter) const {
  std::size_t ahead = 0;
  for (const Waiter* w = waiters_.oldest(); w != nullptr && w != &waiter; w = w->next) {
    ++ahead;
  }
  return ahead;
}

// First come, first served; while overloaded the newest that can still make it.
Waiter& PoolCore::next_waiter(TimePoint now) {
  admission_.on_service(since_epoch(now), between(waiters_.oldest()->since, now));
  Waiter* next = admission_.shedding() ? waiters_.newest() : nullptr;
  while (next != nullptr && next->deadline <= now) {
    next = next->previous;
  }
  return next != nullptr ? *next : *waiters_.oldest();
}

void PoolCore::grant(SlotId slot, TimePoint now, Actions& actions) {
  Waiter& next = next_waiter(now);
  leave(next);
  next.state = Waiter::State::kGranted;
  next.slot = slot;
  if (surplus() > 0) {
    table_[slot].word.mark(kVisitMark);  // overflow is closed at its return
  }
  if (&next != newcomer_) {
    table_[slot].handed_over.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    actions.tell(Action::Kind::kDone, next);
  }
}

void PoolCore::join(Waiter& waiter, TimePoint now) {
  waiters_.push(waiter);
  ++counters_.queued;
  admission_.on_arrival(since_epoch(now));
}

void PoolCore::leave(Waiter& waiter) {
  waiters_.remove(waiter);
  if (nudged_ == &waiter) {
    nudged_ = nullptr;
  }
}

void PoolCore::refuse(Waiter& waiter, Refusal why) {
  waiter.state = Waiter::State::kRefused;
  waiter.refusal = why;
  ++counters_.refused;
}

void PoolCore::send_away(Waiter& waiter, Refusal why, Actions& actions) {
  leave(waiter);
  refuse(waiter, why);
  if (&waiter != newcomer_) {
    actions.tell(Action::Kind::kDone, waiter);
  }
}

void PoolCore::refuse_all(Refusal why, Actions& actions) {
  while (!waiters_.empty() && !actions.full()) {
    send_away(*waiters_.oldest(), why, actions);
  }
}

void PoolCore::shed(TimePoint now, Actions& actions) {
  while (!waiters_.empty() && !actions.full()) {
    Waiter& oldest = *waiters_.oldest();
    const policy::AdmissionControl::Candidate candidate{
        .waited = between(oldest.since, now),
        .left = between(now, oldest.deadline),
        .newer = static_cast<std::int64_t>(waiters_.size()) - 1};
    if (!admission_.doomed(candidate)) {
      return;
    }
    ++counters_.shed;
    send_away(oldest, Refusal::kShed, actions);
  }
}

// The invariant that no wake-up is lost: where somebody waits, either the head is about to look
// again, or the wait word says that it sleeps and every slot was looked at after that was fenced.
void PoolCore::settle(TimePoint now, Actions& actions) {
  shed(now, actions);
  if (stale_ > 0 && pending() < static_cast<int>(waiters_.size())) {
    serve(now, actions);  // behind a head that is watched for: one more probe for one more waiter
  }
  const auto overlooked = [this] {
    return nudged_ == nullptr && (table_.waiting() & kHeadAsleep) == 0;
  };
  while (!waiters_.empty() && overlooked()) {
    table_.set_waiting(kSomebodyWaits | kHeadAsleep);
    machine_.heavy_fence();
    serve(now, actions);
    if (actions.full()) {
      table_.set_waiting(kSomebodyWaits);  // not every slot was looked at: resume() does it again
      break;
    }
  }
  if (waiters_.empty() && table_.waiting() != kNobodyWaits) {
    table_.set_waiting(kNobodyWaits);
    admission_.on_empty(since_epoch(now));
  }
  probe_suspects(now, actions);
  open_more(0, now, actions);
}

void PoolCore::serve(TimePoint now, Actions& actions) {
  while (!waiters_.empty() && !actions.full()) {
    const SlotId slot = find(now, actions);
    if (slot == kNoSlot) {
      return;
    }
    grant(slot, now, actions);
  }
}

}  // namespace millpond::internal
