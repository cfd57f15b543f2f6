// What a returner must know of the queue, in one word that is read at every return and written when
// the queue turns empty or not, or its head is told to look again.
//
// Written under the pool's mutex; read by any thread. For the order between a return and a
// registration see slot_word.h: a waiter registers, runs the heavy fence, and then looks for an
// idle slot once more before it parks.
#pragma once

#include <atomic>
#include <cstdint>

namespace millpond::internal {

// A combination of bits.
using Waiting = std::uint32_t;
inline constexpr Waiting kNobodyWaits = 0;
inline constexpr Waiting kSomebodyWaits = 1U
                                          << 0;  // a slot whose hand-over is due goes to the head
// The head sleeps and nobody is waking it: whoever leaves a slot idle tells it to look again.
inline constexpr Waiting kHeadAsleep = 1U << 1;

template <class Atomics>
class WaitWord {
 public:
  Waiting look() const noexcept { return word_.load(std::memory_order_seq_cst); }

  // The heavy fence comes next where bits were added.
  void set(Waiting bits) noexcept { word_.exchange(bits, std::memory_order_seq_cst); }

 private:
  typename Atomics::template Atomic<Waiting> word_{kNobodyWaits};
};

}  // namespace millpond::internal
