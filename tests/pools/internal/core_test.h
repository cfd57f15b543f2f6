// A fixture for tests of the core: a clock that the test moves, and the actions of each event.
//
// For one thread.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/time_point.h"
#include "millpond/tests/pools/policies.h"

namespace millpond::internal {

class CoreTest : public testing::Test {
 protected:
  explicit CoreTest(std::int64_t size = 2) : policy_(test::small_policy(size)) {}

  PoolCore& core() {
    if (core_ == nullptr) {
      core_ = std::make_unique<PoolCore>(policy_, 1);
    }
    return *core_;
  }

  Waiter& new_waiter() {
    return waiters_.emplace_back([](Waiter&) {});
  }

  template <class Event>
  std::vector<Action> after(Event event) {
    Actions actions;
    event(actions);
    return {actions.begin(), actions.end()};
  }

  std::vector<Action> acquire(Waiter& waiter, Patience patience = Patience::kWait) {
    return after([&](Actions& a) { core().acquire(waiter, patience, now_, a); });
  }
  std::vector<Action> release(SlotId slot, Return how = Return::kClean) {
    return after([&](Actions& a) { core().release(slot, how, now_, a); });
  }
  std::vector<Action> dialed(SlotId slot) {
    return after([&](Actions& a) { core().on_dialed(slot, now_, a); });
  }
  std::vector<Action> tick() {
    return after([&](Actions& a) { core().on_tick(now_, a); });
  }

  // One connection, lent and returned: it is idle now.
  SlotId open_one() {
    Waiter& waiter = new_waiter();
    const auto actions = acquire(waiter);
    dialed(actions.at(0).slot);
    release(waiter.slot);
    return waiter.slot;
  }

  policy::PoolPolicy policy_;
  TimePoint now_{std::chrono::hours{1}};
  std::deque<Waiter> waiters_;
  std::unique_ptr<PoolCore> core_;
};

}  // namespace millpond::internal
