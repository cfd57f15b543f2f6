// One slot's two words and every transition between them: who has the slot, and what is to happen
// to it. Compiled into the pool, the simulator, and the models of tests/models alike; `Atomics` is
// what differs.
//
// Lock-free. `busy` is taken by a compare-and-swap and given back by a plain store, so that a
// return costs no locked instruction. `marks` lie beside it and are set by others. Whoever sets a
// mark (or registers as a waiter, see wait_word.h) pays for the order of the two:
//
//   returner                          marker
//   busy ← idle                       marks |= m
//   light fence (the compiler's)      heavy fence (membarrier: every thread's light fence is real)
//   look at marks, at the wait word   look at busy, claim the slot if it is idle
//
// so at least one of them sees the other. Where membarrier is refused (Fencing::kSymmetric) the
// return is an exchange, and marks are set by a read-modify-write anyway: no heavy fence is needed.
#pragma once

#include <atomic>
#include <cstdint>

namespace millpond::internal {

// Who pays for the order between "given back" and "looked".
enum class Fencing : std::uint8_t { kAsymmetric, kSymmetric };

// Why a slot must not be lent just so. A combination of bits.
using Marks = std::uint32_t;
inline constexpr Marks kNoMarks = 0;
inline constexpr Marks kStaleMark = 1U << 0;     // not proven for too long: probe before lending
inline constexpr Marks kRetireMark = 1U << 1;    // to be closed: too old, outdated, pool closing
inline constexpr Marks kVisitMark = 1U << 2;     // the core decides at its return
inline constexpr Marks kUnlistedMark = 1U << 3;  // not in the index of idle slots: list it again
// A slot with one of these is not lent by the fast path.
inline constexpr Marks kUnlendableMarks = kStaleMark | kRetireMark;

// The atomics of the real machine.
struct StdAtomics {
  template <class T>
  using Atomic = std::atomic<T>;
  // Stops the compiler only; the processor is stopped by the other side's membarrier.
  static void light_fence() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }
};

template <class Atomics>
class SlotWord {
 public:
  // A slot is born busy: its pool has it until a connection is in place.
  bool looks_idle() const noexcept { return busy_.load(std::memory_order_seq_cst) == kIdle; }

  // Makes the slot the caller's. Looks first, because a failed compare-and-swap takes the cache
  // line away from the thread that uses it.
  bool try_take() noexcept {
    std::uint32_t expected = kIdle;
    return looks_idle() &&
           busy_.compare_exchange_strong(expected, kBusy, std::memory_order_seq_cst);
  }

  // Gives it back. What the caller looks at next is ordered behind it.
  void give_back(Fencing fencing) noexcept {
    if (fencing == Fencing::kAsymmetric) [[likely]] {
      busy_.store(kIdle, std::memory_order_release);
      Atomics::light_fence();
    } else {
      busy_.exchange(kIdle, std::memory_order_seq_cst);
    }
  }

  Marks marks() const noexcept { return marks_.load(std::memory_order_seq_cst); }

  // The marker runs the heavy fence before it looks at the slot again. True when any bit was new.
  bool mark(Marks bits) noexcept {
    return (marks_.fetch_or(bits, std::memory_order_seq_cst) & bits) != bits;
  }

  // Only by who has the slot.
  void clear(Marks bits) noexcept { marks_.fetch_and(~bits, std::memory_order_seq_cst); }

 private:
  static constexpr std::uint32_t kIdle = 0;
  static constexpr std::uint32_t kBusy = 1;

  typename Atomics::template Atomic<std::uint32_t> busy_{kBusy};
  typename Atomics::template Atomic<Marks> marks_{kNoMarks};
};

}  // namespace millpond::internal
