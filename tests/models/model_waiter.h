// A caller in the queue of a model pool: what pools/internal/parked_waiter.h is to the real one,
// with the same words in the same order, and with the kernel's futex in place of Env's clock.
//
// Lives on its thread's stack; a signal after it has gone is a failure of the model.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "millpond/tests/models/relacy_atomics.h"

namespace millpond::models {

// The kernel's side of a futex, one bed for each thread: it outlives the word that is waited for,
// because a waker knows no more than an address by the time it calls. And it knows whose waiter is
// still there, which no thread may rely on.
class Dormitory {
 public:
  static constexpr int kBeds = 3;

  void arrive(int bed) { taken_[bed] = true; }
  void leave(int bed) { taken_[bed] = false; }
  bool has(int bed) const { return taken_[bed]; }

  // Sleeps unless the word has changed, which is looked at in one step with lying down.
  template <class T>
  void park(int bed, RelacyAtomic<T>& word, T value) {
    rl::ctx().sched();
    {
      const Unobserved look;
      if (word.fetch_or(0, std::memory_order_acq_rel) != value) {
        return;
      }
    }
    constexpr bool kTimed = false;
    constexpr bool kSpurious = false;
    beds_[bed].wait(rl::ctx(), kTimed, kSpurious, Where{}.info());
  }

  void unpark(int bed) {
    rl::ctx().sched();
    beds_[bed].wake(rl::ctx(), 1, Where{}.info());
  }

 private:
  std::array<rl::atomic<std::uint32_t>, kBeds> beds_;
  std::array<bool, kBeds> taken_{};
};

class ModelWaiter {
 public:
  using Signals = std::uint32_t;
  static constexpr Signals kDone = 1U << 0;
  static constexpr Signals kLookAgain = 1U << 1;

  enum class State : std::uint8_t { kDetached, kQueued, kGranted, kRefused };

  ModelWaiter(Dormitory& dormitory, int bed) : dormitory_(dormitory), bed_(bed) {
    dormitory_.arrive(bed);
  }
  ~ModelWaiter() { dormitory_.leave(bed_); }
  ModelWaiter(const ModelWaiter&) = delete;
  ModelWaiter& operator=(const ModelWaiter&) = delete;

  // Guarded by the pool's mutex while queued.
  Watched<State> state{State::kDetached};
  Watched<bool> nudged{false};
  Watched<int> slot{-1};

  // What has come by the deadline, which is the moment of the call.
  Signals come() const { return word_.load(std::memory_order_acquire); }

  Signals await(Signals wanted) {
    for (;;) {
      const Signals now = come();
      if ((now & wanted) != 0) {
        return now & wanted;
      }
      dormitory_.park(bed_, word_, now);
    }
  }

  void forget(Signals signals) { word_.fetch_and(~signals, std::memory_order_acq_rel); }

  void signal(Signals signals) {
    Dormitory& dormitory = dormitory_;
    const int bed = bed_;
    rl::ctx().sched();
    {
      const Unobserved touch;
      RL_ASSERT(dormitory.has(bed));
      word_.fetch_or(signals, std::memory_order_acq_rel);
    }
    dormitory.unpark(bed);  // not this waiter: it may have seen the bit and gone on
  }

 private:
  Dormitory& dormitory_;
  const int bed_;
  RelacyAtomic<Signals> word_{0};
};

}  // namespace millpond::models
