// A waiter that is a blocked thread: its news wakes it.
//
// Lives on the caller's stack; must not go before it was completed or cancelled, and before a nudge
// on its way has arrived.
#pragma once

#include <atomic>
#include <cstdint>

#include "millpond/pools/env.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

class ParkedWaiter : public Waiter {
 public:
  // What ended a wait. A combination of bits; none: the deadline passed.
  using Signals = std::uint32_t;
  static constexpr Signals kDone = 1U << 0;
  static constexpr Signals kLookAgain = 1U << 1;
  static constexpr Signals kStop = 1U << 2;

  explicit ParkedWaiter(Clock& clock) : Waiter(&wake), clock_(clock) {}

  // Sleeps until any of `wanted` has come or the deadline has passed.
  Signals await(Signals wanted, TimePoint until) {
    for (;;) {
      const Signals come = word_.load(std::memory_order_acquire);
      if ((come & wanted) != 0) {
        return come & wanted;
      }
      if (clock_.now() >= until) {
        return 0;
      }
      clock_.park(word_, come, until);
    }
  }

  // For news that another thread is about to bring.
  void await(Signals wanted) { await(wanted, TimePoint::max()); }

  // Before looking again, so that a later nudge is not taken for this one.
  void forget(Signals signals) { word_.fetch_and(~signals, std::memory_order_acq_rel); }

  // From any thread, such as a stop_callback's.
  void signal(Signals signals) {
    Clock& clock = clock_;
    const std::atomic<std::uint32_t>* const word = &word_;
    word_.fetch_or(signals, std::memory_order_acq_rel);
    clock.unpark(word);  // the address only: the owner may have seen the bit and gone on
  }

 private:
  static void wake(Waiter& waiter, News news) {
    static_cast<ParkedWaiter&>(waiter).signal(news == News::kDone ? kDone : kLookAgain);
  }

  Clock& clock_;
  std::atomic<std::uint32_t> word_{0};
};

}  // namespace millpond::internal
