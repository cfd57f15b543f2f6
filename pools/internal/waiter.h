// A caller in the queue: intrusive, so that queueing allocates nothing, and completed by a
// callback, so that a blocked thread, a coroutine, and a simulator all wait the same way.
//
// Guarded by the pool's mutex while queued. The completion runs without any lock and is the last
// touch: the waiter may be gone when it returns.
#pragma once

#include <cstddef>
#include <cstdint>

#include "millpond/pools/internal/slot.h"

namespace millpond::internal {

// Why a request was refused without waiting, or sent away while it waited.
enum class Refusal : std::uint8_t {
  kNone,
  kClosed,       // the pool is draining or closed
  kQueueFull,    // max_waiters are waiting already
  kNoneIdle,     // the caller did not want to wait
  kBackendDown,  // the backend refuses these credentials or settings, and nothing is open
};

struct Waiter {
  enum class State : std::uint8_t { kDetached, kQueued, kGranted, kRefused };
  using Completion = void (*)(Waiter&);

  explicit Waiter(Completion on_complete) : complete(on_complete) {}

  Completion complete;
  State state = State::kDetached;
  Refusal refusal = Refusal::kNone;
  SlotId slot = kNoSlot;
  Waiter* next = nullptr;
  Waiter* previous = nullptr;
};

// First come, first served.
class WaiterQueue {
 public:
  bool empty() const { return head_ == nullptr; }
  std::size_t size() const { return size_; }

  void push(Waiter& waiter) {
    waiter.state = Waiter::State::kQueued;
    waiter.next = nullptr;
    waiter.previous = tail_;
    (tail_ != nullptr ? tail_->next : head_) = &waiter;
    tail_ = &waiter;
    ++size_;
  }

  void remove(Waiter& waiter) {
    (waiter.previous != nullptr ? waiter.previous->next : head_) = waiter.next;
    (waiter.next != nullptr ? waiter.next->previous : tail_) = waiter.previous;
    waiter.next = waiter.previous = nullptr;
    waiter.state = Waiter::State::kDetached;
    --size_;
  }

  Waiter& pop() {
    Waiter& first = *head_;
    remove(first);
    return first;
  }

 private:
  Waiter* head_ = nullptr;
  Waiter* tail_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace millpond::internal
