// The fast path against the registration of waiters.
//
// Threads: one or two that give a connection back, one or two that wait for one, and one that takes
// whatever it finds idle (a barger). Each pool has as many slots as it has leases at the start.
// Invariant: no wake-up is lost. Every waiter gets its slot: one that sleeps while nothing moves is
// a deadlock to the checker. No slot is lent to two, and every lease sees what the one before it
// wrote. At rest nobody waits, the wait word says so, and every slot is idle.
// Bound: two threads: every schedule. Three: every schedule of at most four preemptions, three
// where there are two slots; a thread that blocks or ends is not preempted, any other may follow
// it.
#include <span>

#include "millpond/tests/models/families.h"
#include "millpond/tests/models/model_pool.h"
#include "millpond/tests/models/run_model.h"

namespace millpond::models {
namespace {

template <class Suite, int kThreads, int kSlots, Order kOrder, HandOver kHandOver>
struct Waiting : rl::test_suite<Suite, kThreads> {
  ModelPool<kSlots> pool{Rules{.order = kOrder, .hand_over = kHandOver}};

  void before() {
    for (int slot = 0; slot < kSlots; ++slot) {
      pool.begin_lent(slot);
    }
  }
  void after() { pool.check_at_rest(); }

  void wait_and_release(unsigned thread) {
    ModelWaiter waiter(pool.dormitory(), static_cast<int>(thread));
    const int slot = pool.wait(waiter);
    RL_ASSERT(slot != pool.kNone);
    pool.release(slot);
  }
};

template <Order kOrder, HandOver kHandOver>
struct OneReturn : Waiting<OneReturn<kOrder, kHandOver>, 2, 1, kOrder, kHandOver> {
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.release(0);
    } else {
      this->wait_and_release(index);
    }
  }
};

template <Order kOrder, HandOver kHandOver>
struct TwoReturns : Waiting<TwoReturns<kOrder, kHandOver>, 3, 2, kOrder, kHandOver> {
  void thread(unsigned index) {
    if (index < 2) {
      this->pool.release(static_cast<int>(index));
    } else {
      this->wait_and_release(index);
    }
  }
};

template <Order kOrder, HandOver kHandOver>
struct WithBarger : Waiting<WithBarger<kOrder, kHandOver>, 3, 1, kOrder, kHandOver> {
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.release(0);
    } else if (index == 1) {
      this->wait_and_release(index);
    } else if (const int slot = this->pool.take(); slot != this->pool.kNone) {
      this->pool.release(slot);
    }
  }
};

template <Order kOrder, HandOver kHandOver>
struct TwoWaiters : Waiting<TwoWaiters<kOrder, kHandOver>, 3, 1, kOrder, kHandOver> {
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.release(0);
    } else {
      this->wait_and_release(index);
    }
  }
};

}  // namespace

std::span<const Model> waiting_models() {
  using enum Order;
  using enum HandOver;
  constexpr int kBound = 4;
  constexpr int kBoundOfTwoSlots = 3;
  static const Model models[] = {
      model_of<OneReturn<kExchange, kDue>>("return meets waiter, due"),
      model_of<OneReturn<kExchange, kNotYet>>("return meets waiter, not due"),
      model_of<OneReturn<kMembarrier, kDue>>("return meets waiter, due, membarrier"),
      model_of<OneReturn<kMembarrier, kNotYet>>("return meets waiter, not due, membarrier"),
      bounded_model_of<TwoReturns<kExchange, kDue>>("two returns meet waiter, due",
                                                    kBoundOfTwoSlots),
      bounded_model_of<TwoReturns<kExchange, kNotYet>>("two returns meet waiter, not due",
                                                       kBoundOfTwoSlots),
      bounded_model_of<WithBarger<kExchange, kDue>>("return, waiter, barger, due", kBound),
      bounded_model_of<WithBarger<kExchange, kNotYet>>("return, waiter, barger, not due", kBound),
      bounded_model_of<TwoWaiters<kExchange, kDue>>("return meets two waiters, due", kBound),
      bounded_model_of<TwoWaiters<kExchange, kNotYet>>("return meets two waiters, not due", kBound),
      model_of<OneReturn<kNobody, kDue>>("litmus: waiter without its fence", Expected::kFails),
  };
  return models;
}

}  // namespace millpond::models
