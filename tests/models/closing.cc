// The end of a pool against the threads that still use it.
//
// Threads: one that closes the pool, one that gives a connection back, and one that waits for it.
// Invariant: at rest every slot is closed, exactly once, and never while it is lent; the waiter has
// been refused or has had its lease; nobody sleeps.
// Bound: two threads: every schedule. Three: every schedule of at most four preemptions.
#include <span>

#include "millpond/tests/models/families.h"
#include "millpond/tests/models/model_pool.h"
#include "millpond/tests/models/run_model.h"

namespace millpond::models {
namespace {

template <class Suite, int kThreads, int kSlots, Order kOrder, HandOver kHandOver>
struct Closing : rl::test_suite<Suite, kThreads> {
  ModelPool<kSlots> pool{Rules{.order = kOrder, .hand_over = kHandOver}};

  void after() {
    for (int slot = 0; slot < kSlots; ++slot) {
      RL_ASSERT(pool.closed(slot));
    }
    pool.check_at_rest();
  }
};

template <Order kOrder>
struct OneLease : Closing<OneLease<kOrder>, 2, 1, kOrder, HandOver::kDue> {
  void before() { this->pool.begin_lent(0); }
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.close();
    } else {
      this->pool.release(0);
    }
  }
};

template <Order kOrder>
struct LeaseAndTaker : Closing<LeaseAndTaker<kOrder>, 3, 2, kOrder, HandOver::kDue> {
  void before() {
    this->pool.begin_lent(0);
    this->pool.begin_idle(1);
  }
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.close();
    } else if (index == 1) {
      this->pool.release(0);
    } else if (const int slot = this->pool.take(); slot != this->pool.kNone) {
      this->pool.release(slot);
    }
  }
};

template <Order kOrder, HandOver kHandOver>
struct LeaseAndWaiter : Closing<LeaseAndWaiter<kOrder, kHandOver>, 3, 1, kOrder, kHandOver> {
  void before() { this->pool.begin_lent(0); }
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.close();
    } else if (index == 1) {
      this->pool.release(0);
    } else {
      ModelWaiter waiter(this->pool.dormitory(), static_cast<int>(index));
      if (const int slot = this->pool.wait(waiter); slot != this->pool.kNone) {
        this->pool.release(slot);
      }
    }
  }
};

}  // namespace

std::span<const Model> closing_models() {
  using enum Order;
  using enum HandOver;
  constexpr int kBound = 4;
  static const Model models[] = {
      model_of<OneLease<kExchange>>("close meets return"),
      model_of<OneLease<kMembarrier>>("close meets return, membarrier"),
      bounded_model_of<LeaseAndTaker<kExchange>>("close, return, taker", kBound),
      bounded_model_of<LeaseAndWaiter<kExchange, kDue>>("close, return, waiter, due", kBound),
      bounded_model_of<LeaseAndWaiter<kExchange, kNotYet>>("close, return, waiter, not due",
                                                           kBound),
      model_of<OneLease<kNobody>>("litmus: close without its fence", Expected::kFails),
  };
  return models;
}

}  // namespace millpond::models
