// A caller in the queue: intrusive, so that queueing allocates nothing, and completed by a
// callback, so that a blocked thread, a coroutine, and a simulator all wait the same way.
//
// Guarded by the pool's mutex while queued. Callbacks run without any lock. The completion is the
// last touch but for a nudge that is still on its way (see `nudged`): the waiter may be gone when
// both have returned.
#pragma once

#include <cstddef>
#include <cstdint>

#include "millpond/pools/internal/slot.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

// Why a request was refused without waiting, or sent away while it waited.
enum class Refusal : std::uint8_t {
  kNone,
  kClosed,       // the pool is draining or closed
  kQueueFull,    // max_waiters are waiting already
  kNoneIdle,     // the caller did not want to wait
  kBackendDown,  // the backend refuses these credentials or settings, and nothing is open
  kExhausted,    // every connection is in use, and overflow = "refuse"
  kShed,         // overloaded: it would not have been served in time
  kDeadlock,     // every holder waits in this very queue
  kForked,       // this process is a fork's child: the connections are its parent's
};

struct Waiter {
  enum class State : std::uint8_t { kDetached, kQueued, kGranted, kRefused };
  enum class News : std::uint8_t {
    kDone,       // granted or refused
    kLookAgain,  // a slot was left idle: call retry()
  };
  using Tell = void (*)(Waiter&, News);

  explicit Waiter(Tell on_news) : tell(on_news) {}

  Tell tell;
  TimePoint since;  // joined the queue
  TimePoint deadline = TimePoint::max();
  ThreadId thread = kNoThread;  // that waits; 0: none is blocked
  State state = State::kDetached;
  Refusal refusal = Refusal::kNone;
  // Told to look again and has not done so: leaving, its owner awaits that News first.
  bool nudged = false;
  SlotId slot = kNoSlot;
  Waiter* next = nullptr;  // newer
  Waiter* previous = nullptr;
};

// In the order they came.
class WaiterQueue {
 public:
  bool empty() const { return oldest_ == nullptr; }
  std::size_t size() const { return size_; }
  Waiter* oldest() const { return oldest_; }
  Waiter* newest() const { return newest_; }

  void push(Waiter& waiter) {
    waiter.state = Waiter::State::kQueued;
    waiter.next = nullptr;
    waiter.previous = newest_;
    (newest_ != nullptr ? newest_->next : oldest_) = &waiter;
    newest_ = &waiter;
    ++size_;
  }

  void remove(Waiter& waiter) {
    (waiter.previous != nullptr ? waiter.previous->next : oldest_) = waiter.next;
    (waiter.next != nullptr ? waiter.next->previous : newest_) = waiter.previous;
    waiter.next = waiter.previous = nullptr;
    waiter.state = Waiter::State::kDetached;
    --size_;
  }

 private:
  Waiter* oldest_ = nullptr;
  Waiter* newest_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace millpond::internal
