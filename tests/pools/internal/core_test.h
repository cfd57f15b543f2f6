// A fixture for tests of the core: a clock that the test moves, and the actions of each event.
//
// For one thread.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/endpoints.h"
#include "millpond/pools/internal/machine.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_record.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/time_point.h"
#include "millpond/tests/pools/policies.h"

namespace millpond::internal {

// Lets the test act where any other thread might.
class RivalMachine final : public Machine {
 public:
  void heavy_fence() noexcept override { ++fences; }
  void before_claim() noexcept override {
    if (auto act = std::exchange(rival, nullptr)) {
      act();
    }
  }

  int fences = 0;
  std::function<void()> rival;
};

class CoreTest : public testing::Test {
 protected:
  explicit CoreTest(std::int64_t size = 2) : policy_(test::small_policy(size)) {}

  PoolCore& core() {
    if (core_ == nullptr) {
      policy_.max_idle = std::max(policy_.max_idle, policy_.size);
      table_ = std::make_unique<SlotTable>(SlotTable::Shape{
          .slots = PoolCore::slots_for(policy_),
          .turn = policy_.order == policy::Order::kLifo ? Turn::kHome : Turn::kNext});
      core_ = make_core(machine_);
    }
    return *core_;
  }
  std::unique_ptr<PoolCore> make_core(Machine& machine) {
    return std::make_unique<PoolCore>(policy_, PoolCore::Surroundings{.table = *table_,
                                                                      .machine = machine,
                                                                      .gate = gate(),
                                                                      .endpoints = gate().count(),
                                                                      .seed = 1});
  }

  // One endpoint that has answered so often that nothing but the policy bounds the dials at once.
  Endpoints& gate() {
    if (gate_ == nullptr) {
      gate_ = std::make_unique<Endpoints>(endpoints_, balance_);
      gate_->join(policy_);
      widen();
    }
    return *gate_;
  }
  void widen() {
    const std::vector<std::int64_t> sessions(endpoints_);
    const std::vector<TimePoint> avoid(endpoints_, TimePoint::min());
    for (std::size_t dial = 0; dial < 10 * endpoints_; ++dial) {
      gate_->done(gate_->begin({policy_, sessions, avoid}, now_), now_);
    }
  }

  SlotTable& table() {
    core();
    return *table_;
  }

  Waiter& new_waiter() {
    Waiter& waiter = waiters_.emplace_back([](Waiter&, Waiter::News) {});
    waiter.deadline = TimePoint::max();
    return waiter;
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
    table()[slot].end_lease();
    return after([&](Actions& a) { core().release(slot, how, now_, a); });
  }
  std::vector<Action> dialed(SlotId slot) {
    return after([&](Actions& a) { core().on_dialed(slot, now_, a); });
  }
  std::vector<Action> closed(SlotId slot) {
    return after([&](Actions& a) { core().on_closed(slot, now_, a); });
  }
  std::vector<Action> tick() {
    return after([&](Actions& a) { core().on_tick(now_, a); });
  }
  bool cancel(Waiter& waiter) {
    Actions actions;
    return core().cancel(waiter, now_, actions);
  }

  int idle() { return core().count(SlotState::kLive) - core().leased(); }

  // One connection, lent and returned: it is idle now.
  SlotId open_one() {
    Waiter& waiter = new_waiter();
    const auto actions = acquire(waiter);
    dialed(actions.at(0).slot);
    release(waiter.slot);
    return waiter.slot;
  }

  // Every place with a connection, lent to a waiter of its own.
  std::vector<Waiter*> lend_all() {
    std::vector<Waiter*> holders;
    for (std::int64_t i = 0; i < policy_.size; ++i) {
      holders.push_back(&new_waiter());
      for (const Action& action : acquire(*holders.back())) {
        dialed(action.slot);
      }
    }
    return holders;
  }

  policy::PoolPolicy policy_;
  TimePoint now_{std::chrono::hours{1}};
  RivalMachine machine_;
  std::deque<Waiter> waiters_;
  std::size_t endpoints_ = 1;
  policy::Balance balance_ = policy::Balance::kRoundRobin;
  std::unique_ptr<Endpoints> gate_;
  std::unique_ptr<SlotTable> table_;
  std::unique_ptr<PoolCore> core_;
};

}  // namespace millpond::internal
