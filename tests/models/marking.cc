// The mark that retires a slot against the threads that take and return it.
//
// Threads: the core, which marks a slot to be retired, and one or two that take whatever is idle
// and give it back; in some models one begins with the lease. Invariant: one of them notices: at
// rest the slot is closed, exactly once, and never while it is lent. Whoever takes it after the
// marker's fence sees the mark and does not lend it. Bound: two threads: every schedule. Three:
// every schedule of at most four preemptions.
#include <span>

#include "millpond/tests/models/families.h"
#include "millpond/tests/models/model_pool.h"
#include "millpond/tests/models/run_model.h"

namespace millpond::models {
namespace {

template <class Suite, int kThreads, Order kOrder>
struct Marking : rl::test_suite<Suite, kThreads> {
  ModelPool<1> pool{Rules{.order = kOrder}};

  void after() {
    RL_ASSERT(pool.closed(0));
    pool.check_at_rest();
  }

  void take_and_release() {
    if (const int slot = pool.take(); slot != pool.kNone) {
      pool.release(slot);
    }
  }
};

template <Order kOrder>
struct Taken : Marking<Taken<kOrder>, 2, kOrder> {
  void before() { this->pool.begin_idle(0); }
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.retire(0);
    } else {
      this->take_and_release();
    }
  }
};

template <Order kOrder>
struct Returned : Marking<Returned<kOrder>, 2, kOrder> {
  void before() { this->pool.begin_lent(0); }
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.retire(0);
    } else {
      this->pool.release(0);
    }
  }
};

template <Order kOrder>
struct TakenByTwo : Marking<TakenByTwo<kOrder>, 3, kOrder> {
  void before() { this->pool.begin_idle(0); }
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.retire(0);
    } else {
      this->take_and_release();
    }
  }
};

template <Order kOrder>
struct ReturnedAndTaken : Marking<ReturnedAndTaken<kOrder>, 3, kOrder> {
  void before() { this->pool.begin_lent(0); }
  void thread(unsigned index) {
    if (index == 0) {
      this->pool.retire(0);
    } else if (index == 1) {
      this->pool.release(0);
    } else {
      this->take_and_release();
    }
  }
};

}  // namespace

std::span<const Model> marking_models() {
  using enum Order;
  constexpr int kBound = 4;
  static const Model models[] = {
      model_of<Taken<kExchange>>("mark meets take and return"),
      model_of<Taken<kMembarrier>>("mark meets take and return, membarrier"),
      model_of<Returned<kExchange>>("mark meets return"),
      model_of<Returned<kMembarrier>>("mark meets return, membarrier"),
      bounded_model_of<TakenByTwo<kExchange>>("mark, two takers", kBound),
      bounded_model_of<ReturnedAndTaken<kExchange>>("mark, return, taker", kBound),
      bounded_model_of<ReturnedAndTaken<kMembarrier>>("mark, return, taker, membarrier", kBound),
      model_of<Taken<kNobody>>("litmus: take and return without the marker's fence",
                               Expected::kFails),
      model_of<Returned<kNobody>>("litmus: return without the marker's fence", Expected::kFails),
  };
  return models;
}

}  // namespace millpond::models
