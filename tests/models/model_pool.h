// The part of a pool that threads compete for, small enough to try every interleaving: slots made
// of the production words, one mutex, one queue, and the steps of pools/pool.{h,cc} and
// pools/internal/pool_core.cc that touch them, function by function under the same names. What has
// no part in the competition is left out: dials, probes, dates, counters. Where the time decides
// (is a hand-over due?) the model says it at its construction.
//
// Thread-safe as the real pool is; that it is, is what the models show.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "millpond/pools/internal/slot_word.h"
#include "millpond/pools/internal/wait_word.h"
#include "millpond/tests/models/model_waiter.h"
#include "millpond/tests/models/relacy_atomics.h"

namespace millpond::models {

// Who orders a return before the look that follows it.
enum class Order : std::uint8_t {
  kExchange,    // the returner, by an exchange
  kMembarrier,  // whoever registers or marks, by the heavy fence
  kNobody,      // as kMembarrier, but the heavy fence is forgotten: must fail
};

// Whether a slot that comes back goes to the head of the queue.
enum class HandOver : std::uint8_t { kDue, kNotYet };

// When a waiter that gives up may go, though it was told to look again.
enum class Farewell : std::uint8_t {
  kAfterNudge,  // when that nudge has arrived
  kAtOnce,      // must fail: the nudge finds it gone
};

struct Rules {
  Order order = Order::kExchange;
  HandOver hand_over = HandOver::kDue;
  Farewell farewell = Farewell::kAfterNudge;
};

template <int kSlots>
class ModelPool {
 public:
  static constexpr int kNone = -1;
  static constexpr int kMostWaiters = 3;

  explicit ModelPool(Rules rules) : rules_(rules) {}

  Dormitory& dormitory() { return dormitory_; }

  // A slot is born busy: threads that begin with a lease begin with one of these.
  void begin_lent(int slot) { lend(slot); }
  void begin_idle(int slot) { give_back(slot); }

  // Pool::take and SlotTable::take. kNone: nothing idle, or marked and left to the core.
  int take() {
    for (int slot = 0; slot < kSlots; ++slot) {
      if (!slots_[slot].word.try_take()) {
        continue;
      }
      const bool doomed = slots_[slot].doomed;  // in one step with the take that it judges
      if ((slots_[slot].word.marks() & internal::kUnlendableMarks) != 0) {
        happen([&](Actions& actions) { offer(slot, actions); });  // PoolCore::look_at
        return kNone;
      }
      RL_ASSERT(!doomed);  // lent though it was marked, and fenced, before it was taken
      lend(slot);
      return slot;
    }
    return kNone;
  }

  // Pool::wait_for_one, without a deadline. kNone: refused.
  int wait(ModelWaiter& waiter) {
    if (acquire(waiter) == ModelWaiter::State::kQueued) {
      await_turn(waiter);
      await_nudge(waiter);
    }
    return answer(waiter);
  }

  // The same with a deadline that passes at whatever moment the scheduler likes. kNone: too late.
  int wait_until_deadline(ModelWaiter& waiter) {
    if (acquire(waiter) == ModelWaiter::State::kQueued) {
      const bool withdrawn = give_up(waiter);
      await_nudge(waiter);
      if (withdrawn) {
        return kNone;
      }
    }
    return answer(waiter);
  }

  // Pool::release and release_slowly.
  void release(int slot) {
    RL_ASSERT(slots_[slot].lent.get());
    slots_[slot].lent.set(false);
    Next next = return_quietly(slot);
    if (next == Next::kRelease) {
      next = return_among_waiters(slot);
    }
    switch (next) {
      case Next::kDone:
        return;
      case Next::kRelease:
        happen([&](Actions& actions) {  // PoolCore::release
          offer(slot, actions);
          settle(actions);
        });
        return;
      case Next::kLookAgain:
        look_again(slot);
        return;
      case Next::kNudge:
        happen([this](Actions& actions) { nudge(actions); });
        return;
    }
  }

  // PoolCore::retire_or_mark and retire_marked, as the tick or bump_generation call them.
  void retire(int slot) {
    happen([&](Actions& actions) {
      retire_or_mark(slot, actions);
      retire_marked(actions);
      settle(actions);
    });
  }

  // PoolCore::close.
  void close() {
    happen([&](Actions& actions) {
      closed_ = true;
      while (waiting_count_ > 0) {
        ModelWaiter& oldest = *queue_[0];
        leave(oldest);
        oldest.state.set(ModelWaiter::State::kRefused);
        actions.tell(oldest, ModelWaiter::kDone);
      }
      for (int slot = 0; slot < kSlots; ++slot) {
        retire_or_mark(slot, actions);
      }
      retire_marked(actions);
      settle(actions);
    });
  }

  // At the end, when every thread has finished: what a pool at rest must be.
  void check_at_rest() const {
    RL_ASSERT(waiting_count_ == 0);
    RL_ASSERT(wait_word_.look() == internal::kNobodyWaits);
    for (const ModelSlot& slot : slots_) {
      RL_ASSERT(slot.word.looks_idle() == (slot.live && !slot.lent.get()));
      RL_ASSERT(slot.closed == (slot.live ? 0 : 1));
    }
  }
  bool closed(int slot) const { return !slots_[slot].live; }

 private:
  struct ModelSlot {
    internal::SlotWord<RelacyAtomics> word;
    Watched<bool> lent{false};
    bool live = true;
    int closed = 0;
    // What the model knows and no pool does: it is marked and fenced, and nobody may lend it now.
    bool marked = false;
    bool doomed = false;
  };

  // internal::Actions: decided under the mutex, done without it.
  class Actions {
   public:
    void tell(ModelWaiter& waiter, ModelWaiter::Signals signals) {
      news_[count_++] = {&waiter, signals};
    }
    void perform() const {
      for (std::size_t i = 0; i < count_; ++i) {
        news_[i].waiter->signal(news_[i].signals);
      }
    }

   private:
    struct News {
      ModelWaiter* waiter;
      ModelWaiter::Signals signals;
    };
    std::array<News, std::size_t{2} * kMostWaiters> news_{};
    std::size_t count_ = 0;
  };

  struct Glance {
    internal::Marks marks;
    internal::Waiting waiting;
    bool quiet() const { return (marks | waiting) == 0; }
  };

  enum class Next : std::uint8_t { kDone, kRelease, kLookAgain, kNudge };

  template <class Event>
  void happen(const Event& event) {
    Actions actions;
    {
      const Locked lock(mutex_);
      event(actions);
    }
    actions.perform();
  }

  void lend(int slot) {
    RL_ASSERT(!slots_[slot].lent.get());
    RL_ASSERT(slots_[slot].live);
    slots_[slot].lent.set(true);
  }

  void give_back(int slot) {
    slots_[slot].word.give_back(rules_.order == Order::kExchange ? internal::Fencing::kSymmetric
                                                                 : internal::Fencing::kAsymmetric);
  }

  Glance glance(int slot) const { return {slots_[slot].word.marks(), wait_word_.look()}; }

  void heavy_fence() {
    if (rules_.order == Order::kMembarrier) {
      fence_every_thread();
    }
  }

  // Only the holder of the mutex writes the word: its own look at it is no step.
  internal::Waiting waiting() const {
    const Unobserved look;
    return wait_word_.look();
  }

  // The two functions of pools/internal/fast_path.h.
  Next return_quietly(int slot) {
    if (!glance(slot).quiet()) {
      return Next::kRelease;
    }
    give_back(slot);
    return glance(slot).quiet() ? Next::kDone : Next::kLookAgain;
  }

  Next return_among_waiters(int slot) {
    const Glance before = glance(slot);
    const bool waited_for = before.waiting != internal::kNobodyWaits;
    const bool due = waited_for && rules_.hand_over == HandOver::kDue;
    if (before.marks != internal::kNoMarks || due) {
      return Next::kRelease;
    }
    give_back(slot);
    const Glance after = glance(slot);
    if (after.marks != internal::kNoMarks) {
      return Next::kLookAgain;
    }
    if ((after.waiting & internal::kHeadAsleep) == 0) {
      return Next::kDone;
    }
    return waited_for ? Next::kNudge : Next::kLookAgain;
  }

  // PoolCore::look_again.
  void look_again(int slot) {
    happen([&](Actions& actions) {
      if (claim(slot)) {
        offer(slot, actions);
      }
      settle(actions);
    });
  }

  // PoolCore::acquire. The search before the queue is left out: settle() searches again behind it.
  ModelWaiter::State acquire(ModelWaiter& waiter) {
    auto state = ModelWaiter::State::kRefused;
    happen([&](Actions& actions) {
      if (closed_) {
        waiter.state.set(state);
        return;
      }
      waiter.state.set(ModelWaiter::State::kQueued);
      queue_[waiting_count_++] = &waiter;
      newcomer_ = &waiter;
      settle(actions);
      newcomer_ = nullptr;
      state = waiter.state.get();
    });
    return state;
  }

  // Pool::await_turn.
  void await_turn(ModelWaiter& waiter) {
    for (;;) {
      const auto come = waiter.await(ModelWaiter::kDone | ModelWaiter::kLookAgain);
      if ((come & ModelWaiter::kDone) != 0) {
        return;
      }
      waiter.forget(ModelWaiter::kLookAgain);
      bool queued = true;
      happen([&](Actions& actions) { queued = retry(waiter, actions); });
      if (!queued) {
        return;
      }
    }
  }

  // The rest of Pool::await_turn: the deadline passed. True: withdrawn; false: answered before.
  bool give_up(ModelWaiter& waiter) {
    if ((waiter.come() & ModelWaiter::kDone) != 0) {
      return false;
    }
    bool withdrawn = false;
    happen([&](Actions& actions) { withdrawn = cancel(waiter, actions); });
    if (!withdrawn) {
      waiter.await(ModelWaiter::kDone);
    }
    return withdrawn;
  }

  void await_nudge(ModelWaiter& waiter) const {
    if (rules_.farewell == Farewell::kAfterNudge && waiter.nudged.get()) {
      waiter.await(ModelWaiter::kLookAgain);
    }
  }

  int answer(const ModelWaiter& waiter) {
    if (waiter.state.get() == ModelWaiter::State::kRefused) {
      return kNone;
    }
    lend(waiter.slot.get());
    return waiter.slot.get();
  }

  // PoolCore::retry. True: it goes on waiting for its news.
  bool retry(ModelWaiter& waiter, Actions& actions) {
    waiter.nudged.set(false);
    if (nudged_ == &waiter) {
      nudged_ = nullptr;
    }
    if (waiter.state.get() != ModelWaiter::State::kQueued) {
      return true;
    }
    newcomer_ = &waiter;
    settle(actions);
    newcomer_ = nullptr;
    return waiter.state.get() == ModelWaiter::State::kQueued;
  }

  // PoolCore::cancel.
  bool cancel(ModelWaiter& waiter, Actions& actions) {
    if (waiter.state.get() != ModelWaiter::State::kQueued) {
      return false;
    }
    leave(waiter);
    settle(actions);
    return true;
  }

  // PoolCore::nudge.
  void nudge(Actions& actions) {
    if (waiting_count_ == 0 || nudged_ != nullptr || (waiting() & internal::kHeadAsleep) == 0) {
      return;
    }
    wait_word_.set(internal::kSomebodyWaits);
    nudged_ = queue_[0];
    nudged_->nudged.set(true);
    actions.tell(*nudged_, ModelWaiter::kLookAgain);
  }

  // PoolCore::settle.
  void settle(Actions& actions) {
    while (waiting_count_ > 0 && nudged_ == nullptr && (waiting() & internal::kHeadAsleep) == 0) {
      wait_word_.set(internal::kSomebodyWaits | internal::kHeadAsleep);
      heavy_fence();
      serve(actions);
    }
    if (waiting_count_ == 0 && waiting() != internal::kNobodyWaits) {
      wait_word_.set(internal::kNobodyWaits);
    }
  }

  // PoolCore::serve, find, and SlotTable::search.
  void serve(Actions& actions) {
    for (int slot = 0; slot < kSlots && waiting_count_ > 0; ++slot) {
      if (slots_[slot].live && (slots_[slot].word.marks() & internal::kUnlendableMarks) == 0 &&
          slots_[slot].word.try_take()) {
        grant(slot, actions);
      }
    }
  }

  // PoolCore::offer: the core has the slot; whose is it now?
  void offer(int slot, Actions& actions) {
    if (closed_ || (slots_[slot].word.marks() & internal::kRetireMark) != 0) {
      shut(slot);
    } else if (waiting_count_ > 0) {
      grant(slot, actions);
    } else {
      give_back(slot);
    }
  }

  // PoolCore::grant.
  void grant(int slot, Actions& actions) {
    ModelWaiter& next = *queue_[0];
    leave(next);
    next.state.set(ModelWaiter::State::kGranted);
    next.slot.set(slot);
    if (&next != newcomer_) {
      actions.tell(next, ModelWaiter::kDone);
    }
  }

  // PoolCore::leave.
  void leave(ModelWaiter& waiter) {
    int kept = 0;
    for (int i = 0; i < waiting_count_; ++i) {
      if (queue_[i] != &waiter) {
        queue_[kept++] = queue_[i];
      }
    }
    waiting_count_ = kept;
    waiter.state.set(ModelWaiter::State::kDetached);
    if (nudged_ == &waiter) {
      nudged_ = nullptr;
    }
  }

  bool claim(int slot) { return slots_[slot].live && slots_[slot].word.try_take(); }

  void retire_or_mark(int slot, Actions& /*actions*/) {
    if (claim(slot)) {
      shut(slot);
    } else if (slots_[slot].live) {
      slots_[slot].word.mark(internal::kRetireMark);
      slots_[slot].marked = true;
    }
  }

  void retire_marked(Actions& /*actions*/) {
    heavy_fence();
    for (ModelSlot& slot : slots_) {
      slot.doomed = slot.marked;
    }
    for (int slot = 0; slot < kSlots; ++slot) {
      if ((slots_[slot].word.marks() & internal::kRetireMark) != 0 && claim(slot)) {
        shut(slot);
      }
    }
  }

  // PoolCore::retire and the close that it asks for: the slot stays the core's.
  void shut(int slot) {
    RL_ASSERT(!slots_[slot].lent.get());
    slots_[slot].live = false;
    ++slots_[slot].closed;
  }

  const Rules rules_;
  Dormitory dormitory_;
  ModelMutex mutex_;
  std::array<ModelSlot, kSlots> slots_;
  internal::WaitWord<RelacyAtomics> wait_word_;

  // Guarded by the mutex.
  std::array<ModelWaiter*, kMostWaiters> queue_{};  // the oldest first
  int waiting_count_ = 0;
  ModelWaiter* nudged_ = nullptr;
  const ModelWaiter* newcomer_ = nullptr;
  bool closed_ = false;
};

}  // namespace millpond::models
