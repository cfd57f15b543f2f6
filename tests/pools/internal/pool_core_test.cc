#include "millpond/pools/internal/pool_core.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/pools/internal/core_test.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;
using Kind = Action::Kind;

TEST_F(CoreTest, AnEmptyPoolDialsForItsFirstCallerAndGrantsTheResult) {
  Waiter& first = new_waiter();
  const auto actions = acquire(first);
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(actions[0].kind, Kind::kDial);

  const auto granted = dialed(actions[0].slot);
  ASSERT_EQ(granted.size(), 1u);
  EXPECT_EQ(granted[0].kind, Kind::kComplete);
  EXPECT_EQ(granted[0].waiter, &first);
  EXPECT_EQ(first.slot, actions[0].slot);
  EXPECT_EQ(core().count(SlotState::kLeased), 1);
}

TEST_F(CoreTest, AnIdleConnectionIsGrantedAtOnceWithNothingLeftToDo) {
  open_one();
  Waiter& next = new_waiter();
  EXPECT_TRUE(acquire(next).empty());
  EXPECT_EQ(next.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, AReturnedConnectionGoesToTheOldestWaiter) {
  policy_.size = 1;
  const SlotId slot = open_one();
  Waiter& holder = new_waiter();
  acquire(holder);
  Waiter& second = new_waiter();
  Waiter& third = new_waiter();
  acquire(second);
  acquire(third);

  const auto actions = release(slot);
  ASSERT_EQ(actions.size(), 1u);
  EXPECT_EQ(actions[0].waiter, &second);
  EXPECT_EQ(third.state, Waiter::State::kQueued);
}

TEST_F(CoreTest, ANewcomerDoesNotOvertakeTheQueue) {
  policy_.order = policy::Order::kFifo;
  policy_.validate = policy::Validate::kAuto;
  Waiter& a = new_waiter();
  Waiter& b = new_waiter();
  dialed(acquire(a).at(0).slot);
  dialed(acquire(b).at(0).slot);
  release(a.slot);
  now_ += policy_.validate_after_idle;
  release(b.slot);  // fresh, behind one that has to be probed

  Waiter& first = new_waiter();
  Waiter& newcomer = new_waiter();
  ASSERT_EQ(acquire(first).at(0).kind, Kind::kProbe);
  ASSERT_EQ(acquire(newcomer).at(0).waiter, &first);
  EXPECT_EQ(first.slot, b.slot);
  EXPECT_EQ(newcomer.state, Waiter::State::kQueued);
}

TEST_F(CoreTest, NeverMoreConnectionsThanItsSize) {
  int dials = 0;
  for (int i = 0; i < 10; ++i) {
    dials += static_cast<int>(acquire(new_waiter()).size());
  }
  EXPECT_EQ(dials, 2);
  EXPECT_EQ(core().open(), 2);
}

TEST_F(CoreTest, NoMoreDialsAtOnceThanThePolicyAllows) {
  policy_.size = 10;
  policy_.max_concurrent_dials = 3;
  for (int i = 0; i < 10; ++i) {
    acquire(new_waiter());
  }
  EXPECT_EQ(core().count(SlotState::kDialing), 3);
}

TEST_F(CoreTest, ACancelledWaiterIsNotGrantedAndAGrantedOneCannotBeCancelled) {
  Waiter& gone = new_waiter();
  Waiter& stays = new_waiter();
  const SlotId slot = acquire(gone).at(0).slot;
  acquire(stays);
  EXPECT_TRUE(core().cancel(gone));

  dialed(slot);
  EXPECT_EQ(gone.state, Waiter::State::kDetached);
  EXPECT_EQ(stays.state, Waiter::State::kGranted);
  EXPECT_FALSE(core().cancel(stays));
}

TEST_F(CoreTest, ADialOutlivesTheCallerThatCausedIt) {
  Waiter& impatient = new_waiter();
  const SlotId slot = acquire(impatient).at(0).slot;
  core().cancel(impatient);
  EXPECT_TRUE(dialed(slot).empty());
  EXPECT_EQ(core().count(SlotState::kIdle), 1);
}

TEST_F(CoreTest, ABrokenConnectionIsClosedAndItsReplacementDialedOnlyWhenTheSlotIsFree) {
  policy_.size = 1;
  policy_.min_idle = 1;
  const SlotId slot = open_one();
  acquire(new_waiter());
  const auto closing = release(slot, Return::kBroken);
  ASSERT_EQ(closing.size(), 1u);
  EXPECT_EQ(closing[0].kind, Kind::kClose);

  const auto refill = after([&](Actions& a) { core().on_closed(slot, now_, a); });
  ASSERT_EQ(refill.size(), 1u);
  EXPECT_EQ(refill[0].kind, Kind::kDial);
}

TEST_F(CoreTest, ADirtyConnectionIsResetBeforeAnybodyElseGetsIt) {
  policy_.size = 1;
  const SlotId slot = open_one();
  acquire(new_waiter());
  Waiter& next = new_waiter();
  acquire(next);
  EXPECT_EQ(release(slot, Return::kDirty).at(0).kind, Kind::kReset);
  EXPECT_EQ(next.state, Waiter::State::kQueued);

  after([&](Actions& a) { core().on_reset(slot, Outcome::kDone, now_, a); });
  EXPECT_EQ(next.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, AFailedResetClosesTheConnectionAndTheWaiterGetsAnother) {
  policy_.size = 1;
  const SlotId slot = open_one();
  acquire(new_waiter());
  Waiter& next = new_waiter();
  acquire(next);
  release(slot, Return::kDirty);
  EXPECT_EQ(after([&](Actions& a) { core().on_reset(slot, Outcome::kFailed, now_, a); }).at(0).kind,
            Kind::kClose);
  EXPECT_EQ(after([&](Actions& a) { core().on_closed(slot, now_, a); }).at(0).kind, Kind::kDial);
  dialed(slot);
  EXPECT_EQ(next.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, AFailedDialIsTriedAgainAfterItsBackOffForTheSameWaiter) {
  Waiter& waiter = new_waiter();
  const SlotId slot = acquire(waiter).at(0).slot;
  EXPECT_TRUE(after([&](Actions& a) {
                core().on_dial_failed(slot, DialFailure::kTransient, now_, a);
              }).empty());
  EXPECT_EQ(waiter.state, Waiter::State::kQueued);

  now_ += policy_.backoff_base;  // the first back-off is below its base
  const auto again = tick();
  ASSERT_EQ(again.size(), 1u);
  dialed(again[0].slot);
  EXPECT_EQ(waiter.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, WhileTheBackendRefusesOneDialAtATimeTriesIt) {
  policy_.size = 8;
  const SlotId slot = acquire(new_waiter()).at(0).slot;
  after([&](Actions& a) { core().on_dial_failed(slot, DialFailure::kTransient, now_, a); });
  for (int i = 0; i < 5; ++i) {
    acquire(new_waiter());
  }
  now_ += 1s;
  tick();
  EXPECT_EQ(core().count(SlotState::kDialing), 1);
}

TEST_F(CoreTest, ATerminalFailureSendsTheWaitersAwayAtOnce) {
  Waiter& waiter = new_waiter();
  const SlotId slot = acquire(waiter).at(0).slot;
  after([&](Actions& a) { core().on_dial_failed(slot, DialFailure::kTerminal, now_, a); });
  EXPECT_EQ(waiter.state, Waiter::State::kRefused);
  EXPECT_EQ(waiter.refusal, Refusal::kBackendDown);

  Waiter& next = new_waiter();
  EXPECT_TRUE(acquire(next).empty());
  EXPECT_EQ(next.refusal, Refusal::kBackendDown);

  now_ += policy_.backoff_cap;  // and one caller may find out whether it was cured
  EXPECT_EQ(acquire(new_waiter()).at(0).kind, Kind::kDial);
}

TEST_F(CoreTest, TheQueueIsBounded) {
  policy_.max_waiters = 3;
  for (int i = 0; i < 3; ++i) {
    acquire(new_waiter());
  }
  Waiter& refused = new_waiter();
  acquire(refused);
  EXPECT_EQ(refused.refusal, Refusal::kQueueFull);
}

TEST_F(CoreTest, TryAcquireNeverQueuesButAsksForAConnection) {
  Waiter& waiter = new_waiter();
  const auto actions = acquire(waiter, Patience::kNoWait);
  EXPECT_EQ(waiter.refusal, Refusal::kNoneIdle);
  ASSERT_EQ(actions.size(), 1u);
  dialed(actions[0].slot);
  Waiter& again = new_waiter();
  acquire(again, Patience::kNoWait);
  EXPECT_EQ(again.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, MinIdleIsRefilledByTheTick) {
  policy_.min_idle = 2;
  EXPECT_EQ(tick().size(), 2u);
  EXPECT_TRUE(tick().empty());
}

TEST_F(CoreTest, AConnectionPastItsLifetimeIsClosedAtReturnAndWhileIdle) {
  policy_.max_lifetime = 10s;
  const SlotId slot = open_one();
  acquire(new_waiter());
  now_ += 10s;
  EXPECT_EQ(release(slot).at(0).kind, Kind::kClose);
  after([&](Actions& a) { core().on_closed(slot, now_, a); });

  open_one();
  now_ += 10s;
  EXPECT_EQ(tick().at(0).kind, Kind::kClose);
  EXPECT_EQ(core().counters().closed.lifetime, 2);
}

TEST_F(CoreTest, AnExpiredIdleConnectionIsNeverLent) {
  policy_.size = 1;
  policy_.max_lifetime = 10s;
  open_one();
  now_ += 10s;
  Waiter& waiter = new_waiter();
  const auto actions = acquire(waiter);
  EXPECT_EQ(actions.at(0).kind, Kind::kClose);
  EXPECT_EQ(waiter.state, Waiter::State::kQueued);
}

TEST_F(CoreTest, AConnectionIsReplacedAfterItsLastUse) {
  policy_.max_uses = 2;
  const SlotId slot = open_one();
  acquire(new_waiter());
  EXPECT_EQ(release(slot).at(0).kind, Kind::kClose);
  EXPECT_EQ(core().counters().closed.uses, 1);
}

TEST_F(CoreTest, IdleConnectionsAboveMinIdleAreClosedWhenTheirTimeIsUp) {
  policy_.min_idle = 1;
  policy_.idle_timeout = 5s;
  Waiter& waiter = new_waiter();
  const auto granted = dialed(acquire(waiter).at(0).slot);
  ASSERT_EQ(granted.at(1).kind, Kind::kDial);  // one in use, so one more for min_idle
  dialed(granted[1].slot);
  release(waiter.slot);
  now_ += 5s;
  EXPECT_EQ(tick().size(), 1u);
  EXPECT_EQ(core().count(SlotState::kIdle), 1);
}

TEST_F(CoreTest, AConnectionIdleForLongIsProbedBeforeItIsLent) {
  policy_.validate = policy::Validate::kAuto;
  open_one();
  now_ += 499ms;
  Waiter& fresh = new_waiter();
  EXPECT_TRUE(acquire(fresh).empty());
  release(fresh.slot);
  now_ += 500ms;
  EXPECT_EQ(acquire(new_waiter()).at(0).kind, Kind::kProbe);
}

TEST_F(CoreTest, KeepaliveProbesIdleConnectionsTwoAtATime) {
  policy_.size = 5;
  policy_.min_idle = 5;
  policy_.max_concurrent_dials = 5;
  policy_.keepalive = 1min;
  for (const Action& action : tick()) {
    dialed(action.slot);
  }
  now_ += 1min;
  const auto probes = tick();
  ASSERT_EQ(probes.size(), 2u);
  EXPECT_EQ(probes[0].kind, Kind::kProbe);
}

TEST_F(CoreTest, LifoLendsTheNewestAndFifoTheOldest) {
  for (const auto order : {policy::Order::kLifo, policy::Order::kFifo}) {
    core_.reset();
    policy_.order = order;
    Waiter& a = new_waiter();
    Waiter& b = new_waiter();
    dialed(acquire(a).at(0).slot);
    dialed(acquire(b).at(0).slot);
    release(a.slot);
    release(b.slot);
    Waiter& next = new_waiter();
    acquire(next);
    EXPECT_EQ(next.slot, order == policy::Order::kLifo ? b.slot : a.slot);
  }
}

TEST_F(CoreTest, ClosingRefusesWaitersClosesIdleAndTakesLeasesAsTheyReturn) {
  const SlotId idle = open_one();
  Waiter& holder = new_waiter();
  acquire(holder);
  ASSERT_EQ(holder.slot, idle);
  Waiter& waiting = new_waiter();
  const SlotId dialing = acquire(waiting).at(0).slot;

  after([&](Actions& a) { core().close(a); });
  EXPECT_EQ(waiting.refusal, Refusal::kClosed);
  EXPECT_EQ(dialed(dialing).at(0).kind, Kind::kClose);
  EXPECT_EQ(release(holder.slot).at(0).kind, Kind::kClose);
  after([&](Actions& a) { core().on_closed(dialing, now_, a); });
  after([&](Actions& a) { core().on_closed(holder.slot, now_, a); });
  EXPECT_EQ(core().open(), 0);
  Waiter& late = new_waiter();
  acquire(late);
  EXPECT_EQ(late.refusal, Refusal::kClosed);
}

TEST_F(CoreTest, WhatDoesNotFitIntoOneListOfActionsFollowsWithTheNext) {
  policy_.size = 100;
  policy_.min_idle = 100;
  policy_.max_concurrent_dials = 100;
  std::vector<SlotId> slots;
  for (int i = 0; i < 4; ++i) {
    for (const Action& action : tick()) {
      slots.push_back(action.slot);
    }
  }
  ASSERT_EQ(slots.size(), 100u);
  for (const SlotId slot : slots) {
    dialed(slot);
  }
  std::size_t closes = 0;
  for (int i = 0; i < 4; ++i) {
    closes += after([&](Actions& a) { core().close(a); }).size();
  }
  EXPECT_EQ(closes, 100u);
}

}  // namespace
}  // namespace millpond::internal
