// A waiter whose completion wakes a blocked thread.
//
// Lives on the caller's stack; must not go before it was completed or cancelled.
#pragma once

#include <atomic>
#include <cstdint>

#include "millpond/pools/env.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

class ParkedWaiter : public Waiter {
 public:
  explicit ParkedWaiter(Clock& clock) : Waiter(&wake), clock_(clock) {}

  // False when the deadline passed before the completion came.
  bool await(TimePoint deadline) {
    while (completed_.load(std::memory_order_acquire) == 0) {
      if (clock_.now() >= deadline) {
        return false;
      }
      clock_.park(completed_, deadline);
    }
    return true;
  }

  // For a completion that another thread is about to run.
  void await() { await(TimePoint::max()); }

 private:
  static void wake(Waiter& waiter) {
    auto& self = static_cast<ParkedWaiter&>(waiter);
    Clock& clock = self.clock_;
    const std::atomic<std::uint32_t>* const word = &self.completed_;
    self.completed_.store(1, std::memory_order_release);
    clock.unpark(word);  // the address only: the owner may have seen the store and gone on
  }

  Clock& clock_;
  std::atomic<std::uint32_t> completed_{0};
};

}  // namespace millpond::internal
