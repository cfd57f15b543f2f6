// The queue as the oracle sees it: who waits, who came first, and who was told what.
#include <fmt/format.h>

#include <algorithm>

#include "millpond/tests/sim/oracle.h"

namespace millpond::sim {

using internal::Refusal;
using internal::SlotId;

void Oracle::asks(CallerId caller, internal::Patience patience) {
  Caller& asker = requests_[caller];
  if (asker.asks) {
    complain(fmt::format("caller {} asks twice", caller));
  }
  asker.asks = true;
  asker.will_wait = patience == internal::Patience::kWait;
  asker.turn = next_turn_++;
  impatient_asked_ = impatient_asked_ || !asker.will_wait;
}

void Oracle::queued(CallerId caller) {
  Caller& asker = requests_[caller];
  asker.waits = true;
  ++waiting_;
  turns_.push_back({caller, asker.turn});
  ++truth_.queued;
  if (!asker.will_wait) {
    complain("a caller who does not want to wait was told to");
  }
}

void Oracle::leave(CallerId caller) {
  Caller& asker = requests_[caller];
  waiting_ -= asker.waits ? 1 : 0;
  asker.waits = false;
  asker.asks = false;
}

void Oracle::granted(CallerId caller, SlotId slot, Told told) {
  Caller& asker = requests_[caller];
  if (!asker.asks) {
    complain(
        fmt::format("slot {} is granted to caller {}, who does not ask (any more)", slot, caller));
    return;
  }
  ++(asker.waits ? truth_.granted : truth_.granted_at_once);
  const bool fifo = policy_.overload == policy::Overload::kFifo;
  if (fifo && told == Told::kByNews && asker.turn < last_told_) {
    complain("grants of one event are not in the queue's order");
  }
  if (told == Told::kByNews) {
    last_told_ = asker.turn;
    sessions_[slot].handed_over = at_;
  }
  newest_granted_ = std::max(newest_granted_, asker.turn);
  leave(caller);
  expect_free(slot, "granted while somebody has it");
  if (sessions_[slot].place == Place::kIdle) {
    sessions_[slot].rested = true;
  }
  check_lending(slot, Path::kCore, at_);
  move(slot, Place::kLent);
  sessions_[slot].user = caller;
}

// First come, first served: nobody who came before one that was served still waits.
void Oracle::check_order() {
  while (!turns_.empty() && (!requests_[turns_.front().caller].waits ||
                             requests_[turns_.front().caller].turn != turns_.front().turn)) {
    turns_.pop_front();
  }
  const bool fifo = policy_.overload == policy::Overload::kFifo;
  if (fifo && !turns_.empty() && turns_.front().turn < newest_granted_) {
    complain(fmt::format("caller {} waits while a newer one was served", turns_.front().caller));
  }
}

void Oracle::cancelled(CallerId caller) {
  if (!requests_[caller].waits) {
    complain(fmt::format("caller {} cancelled, but does not wait", caller));
  }
  leave(caller);
  ++truth_.cancelled;
}

void Oracle::refused(CallerId caller, Refusal why) {
  if (!requests_[caller].asks) {
    complain(fmt::format("caller {} is refused, but does not ask (any more)", caller));
    return;
  }
  leave(caller);
  check_refusal(caller, why);
  ++truth_.refused;
  truth_.shed += why == Refusal::kShed ? 1 : 0;
}

void Oracle::check_refusal(CallerId caller, Refusal why) {
  const auto holds = [&] {
    switch (why) {
      case Refusal::kClosed:
        return pool_closed_;
      case Refusal::kQueueFull:
        return waiting_ >= policy_.max_waiters;
      case Refusal::kNoneIdle:
        return !requests_[caller].will_wait;
      case Refusal::kBackendDown:
        refused_as_down_ = true;  // what is live is known at the event's end
        return dials_.hopeless(at_);
      case Refusal::kExhausted:
        return policy_.overflow == policy::Overflow::kRefuse && open() >= size_;
      case Refusal::kShed:
        return policy_.overload == policy::Overload::kShed;
      case Refusal::kDeadlock:
        return everyone_waits(caller);
      case Refusal::kForked:
      case Refusal::kNone:
        break;
    }
    return false;
  };
  if (!holds()) {
    complain(fmt::format("caller {} is refused for reason {}, which does not hold", caller,
                         static_cast<int>(why)));
  }
}

// Each session is lent to a thread that waits, or that is about to.
bool Oracle::everyone_waits(CallerId newcomer) const {
  const auto stuck = [&](const Session& session) {
    if (session.place != Place::kLent) {
      return session.place == Place::kNowhere;
    }
    const internal::ThreadId holder = requests_[session.user].thread;
    return holder == requests_[newcomer].thread ||
           std::ranges::any_of(requests_, [&](const Caller& caller) {
             return caller.waits && caller.thread == holder;
           });
  };
  return std::ranges::all_of(sessions_, stuck);
}

}  // namespace millpond::sim
