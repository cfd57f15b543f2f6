// A waiter whose deadline passes against the release that grants it its slot, and against the nudge
// that tells it to look again.
//
// Threads: one that gives a connection back, one whose deadline passes at whatever moment, and one
// that waits behind it for as long as it takes.
// Invariant: a grant is never lost: the one that gives up either withdraws, and whoever waits
// behind it is served, or takes what it was granted. Nothing touches a waiter that has left:
// completions and nudges run outside of the mutex, and it lives on its thread's stack. Bound: two
// threads: every schedule. Three: every schedule of at most four preemptions.
#include <span>

#include "millpond/tests/models/families.h"
#include "millpond/tests/models/model_pool.h"
#include "millpond/tests/models/run_model.h"

namespace millpond::models {
namespace {

template <class Suite, int kThreads, HandOver kHandOver, Farewell kFarewell>
struct Cancelling : rl::test_suite<Suite, kThreads> {
  ModelPool<1> pool{Rules{.hand_over = kHandOver, .farewell = kFarewell}};

  void before() { pool.begin_lent(0); }
  void after() { pool.check_at_rest(); }

  void thread(unsigned index) {
    if (index == 0) {
      pool.release(0);
      return;
    }
    ModelWaiter waiter(pool.dormitory(), static_cast<int>(index));
    const int slot = index == 1 ? pool.wait_until_deadline(waiter) : pool.wait(waiter);
    if (slot != pool.kNone) {
      pool.release(slot);
    }
  }
};

template <HandOver kHandOver, Farewell kFarewell = Farewell::kAfterNudge>
struct Alone : Cancelling<Alone<kHandOver, kFarewell>, 2, kHandOver, kFarewell> {};

template <HandOver kHandOver, Farewell kFarewell = Farewell::kAfterNudge>
struct WithSuccessor : Cancelling<WithSuccessor<kHandOver, kFarewell>, 3, kHandOver, kFarewell> {};

}  // namespace

std::span<const Model> cancelling_models() {
  using enum HandOver;
  constexpr int kBound = 4;
  static const Model models[] = {
      model_of<Alone<kDue>>("deadline meets grant"),
      model_of<Alone<kNotYet>>("deadline meets nudge"),
      bounded_model_of<WithSuccessor<kDue>>("deadline, grant, successor", kBound),
      bounded_model_of<WithSuccessor<kNotYet>>("deadline, nudge, successor", kBound),
      model_of<Alone<kNotYet, Farewell::kAtOnce>>("litmus: waiter leaves before its nudge",
                                                  Expected::kFails),
  };
  return models;
}

}  // namespace millpond::models
