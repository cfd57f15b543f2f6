#include "millpond/pools/internal/pool_core.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "millpond/pools/call_site.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_record.h"
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
  EXPECT_EQ(granted[0].kind, Kind::kDone);
  EXPECT_EQ(granted[0].waiter, &first);
  EXPECT_EQ(first.slot, actions[0].slot);
  EXPECT_EQ(core().leased(), 1);
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
  EXPECT_TRUE(cancel(gone));

  dialed(slot);
  EXPECT_EQ(gone.state, Waiter::State::kDetached);
  EXPECT_EQ(stays.state, Waiter::State::kGranted);
  EXPECT_FALSE(cancel(stays));
}

TEST_F(CoreTest, ADialOutlivesTheCallerThatCausedIt) {
  Waiter& impatient = new_waiter();
  const SlotId slot = acquire(impatient).at(0).slot;
  cancel(impatient);
  EXPECT_TRUE(dialed(slot).empty());
  EXPECT_EQ(idle(), 1);
}

TEST_F(CoreTest, ABrokenConnectionIsClosedAndItsReplacementDialedOnlyWhenTheSlotIsFree) {
  policy_.size = 1;
  policy_.min_idle = 1;
  const SlotId slot = open_one();
  acquire(new_waiter());
  const auto closing = release(slot, Return::kBroken);
  ASSERT_EQ(closing.size(), 1u);
  EXPECT_EQ(closing[0].kind, Kind::kClose);

  const auto refill = closed(slot);
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
  EXPECT_EQ(closed(slot).at(0).kind, Kind::kDial);
  dialed(slot);
  EXPECT_EQ(next.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, AFailedDialIsTriedAgainAfterItsBackOffForTheSameWaiter) {
  Waiter& waiter = new_waiter();
  const SlotId slot = acquire(waiter).at(0).slot;
  EXPECT_TRUE(after([&](Actions& a) {
                core().on_dial_failed(slot, DialFailure::kUnreached, now_, a);
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
  after([&](Actions& a) { core().on_dial_failed(slot, DialFailure::kUnreached, now_, a); });
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
  after([&](Actions& a) { core().on_dial_failed(slot, DialFailure::kMisconfigured, now_, a); });
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

TEST_F(CoreTest, ClosingRefusesWaitersClosesIdleAndTakesLeasesAsTheyReturn) {
  const SlotId idle = open_one();
  Waiter& holder = new_waiter();
  acquire(holder);
  ASSERT_EQ(holder.slot, idle);
  Waiter& waiting = new_waiter();
  const SlotId dialing = acquire(waiting).at(0).slot;

  after([&](Actions& a) { core().close(Refusal::kClosed, now_, a); });
  EXPECT_EQ(waiting.refusal, Refusal::kClosed);
  EXPECT_EQ(dialed(dialing).at(0).kind, Kind::kClose);
  EXPECT_EQ(release(holder.slot).at(0).kind, Kind::kClose);
  closed(dialing);
  closed(holder.slot);
  EXPECT_EQ(core().open(), 0);
  Waiter& late = new_waiter();
  acquire(late);
  EXPECT_EQ(late.refusal, Refusal::kClosed);
}

TEST_F(CoreTest, AConnectionIsReplacedAfterItsLastUse) {
  policy_.max_uses = 2;
  const SlotId slot = open_one();
  acquire(new_waiter());
  EXPECT_EQ(release(slot).at(0).kind, Kind::kClose);
  EXPECT_EQ(core().counters().closed.uses, 1);
}

TEST_F(CoreTest, AClaimThatARivalWinsIsNotAGrant) {
  policy_.size = 1;
  const SlotId slot = open_one();
  machine_.rival = [&] { ASSERT_TRUE(table()[slot].word.try_take()); };
  Waiter& waiter = new_waiter();
  acquire(waiter);
  EXPECT_EQ(waiter.state, Waiter::State::kQueued);
  release(slot);
  EXPECT_EQ(waiter.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, AConnectionReturnedWhileAWaiterRegistersIsFoundBehindTheFence) {
  policy_.size = 1;
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  int claims = 0;
  machine_.rival = [&] {  // the first search finds it busy, the second is behind the registration
    machine_.rival = [&] {
      ++claims;
      table().give_back(table()[slot]);
    };
  };
  Waiter& waiter = new_waiter();
  acquire(waiter);
  EXPECT_EQ(claims, 1);
  EXPECT_EQ(waiter.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, ASlotThatIsBackBeforeItsReturnerSeesTheWaiterGoesToTheWaiter) {
  policy_.size = 1;
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  Waiter& waiter = new_waiter();
  acquire(waiter);
  table().give_back(table()[slot]);
  after([&](Actions& a) { core().look_again(slot, now_, a); });
  EXPECT_EQ(waiter.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, ANudgedHeadTakesWhatWasLeftIdleAndWhoComesSecondIsWatchedFor) {
  policy_.size = 1;
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  Waiter& head = new_waiter();
  Waiter& second = new_waiter();
  acquire(head);
  acquire(second);
  table().give_back(table()[slot]);
  const auto nudges = after([&](Actions& a) { core().nudge(a); });
  ASSERT_EQ(nudges.size(), 1U);
  EXPECT_EQ(nudges[0].kind, Kind::kNudge);
  EXPECT_EQ(nudges[0].waiter, &head);
  EXPECT_TRUE(after([&](Actions& a) { core().nudge(a); }).empty());  // one is on its way
  Actions actions;
  EXPECT_EQ(core().retry(head, now_, actions), Admission::kGranted);
  EXPECT_EQ(second.state, Waiter::State::kQueued);
  EXPECT_EQ(table().waiting(), kSomebodyWaits | kHeadAsleep);
}

TEST_F(CoreTest, ANudgedHeadThatGivesUpPassesTheWatchOn) {
  policy_.size = 1;
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  Waiter& head = new_waiter();
  Waiter& second = new_waiter();
  acquire(head);
  acquire(second);
  table().give_back(table()[slot]);
  after([&](Actions& a) { core().nudge(a); });
  EXPECT_TRUE(cancel(head));
  EXPECT_EQ(second.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, AStaleSlotThatAThreadTookIsProbedForIt) {
  policy_.validate = policy::Validate::kAuto;
  const SlotId slot = open_one();
  now_ += policy_.validate_after_idle;
  tick();
  ASSERT_TRUE(table()[slot].word.try_take());
  ASSERT_EQ(table()[slot].word.marks(), kStaleMark);
  Waiter& waiter = new_waiter();
  const auto actions = after([&](Actions& a) {
    core().look_at(slot, now_, a);
    core().acquire(waiter, Patience::kWait, now_, a);
  });
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].kind, Kind::kProbe);
  after([&](Actions& a) { core().on_probed(slot, Outcome::kDone, now_, a); });
  EXPECT_EQ(waiter.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, EachWaiterHasAStaleConnectionProbed) {
  policy_.size = 3;
  policy_.validate = policy::Validate::kAuto;
  for (Waiter* holder : lend_all()) {
    release(holder->slot);
  }
  now_ += policy_.validate_after_idle;
  tick();
  for (int waiting = 1; waiting <= 3; ++waiting) {
    acquire(new_waiter());
    EXPECT_EQ(core().count(SlotState::kProbing), waiting);
  }
}

TEST_F(CoreTest, OverflowRefuseSendsAwayWhomNobodyCanServeWithoutAReturn) {
  policy_.size = 1;
  policy_.overflow = policy::Overflow::kRefuse;
  Waiter& first = new_waiter();
  const SlotId slot = acquire(first).at(0).slot;  // a dial is coming: it may wait for that
  Waiter& second = new_waiter();
  acquire(second);
  EXPECT_EQ(second.refusal, Refusal::kExhausted);
  dialed(slot);
  EXPECT_EQ(first.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, OverflowOpensAboveTheSizeUpToItsBoundAndClosesAtReturn) {
  policy_.size = 1;
  policy_.overflow = policy::Overflow::kOpenAndClose;
  policy_.overflow_max = 2;
  for (int i = 0; i < 3; ++i) {
    for (const Action& action : acquire(new_waiter())) {
      dialed(action.slot);
    }
  }
  EXPECT_EQ(core().open(), 3);
  EXPECT_TRUE(acquire(new_waiter()).empty());
  EXPECT_TRUE(cancel(waiters_.back()));
  EXPECT_EQ(release(waiters_[2].slot).at(0).kind, Kind::kClose);
  EXPECT_EQ(release(waiters_[0].slot).at(0).kind, Kind::kClose);
  EXPECT_TRUE(release(waiters_[1].slot).empty());
  EXPECT_EQ(core().counters().closed.surplus, 2);
}

class NestedAcquire : public CoreTest {
 protected:
  // `thread` borrows, or waits where there is nothing to borrow.
  Waiter& ask(ThreadId thread) {
    Waiter& waiter = new_waiter();
    waiter.thread = thread;
    for (const Action& action : acquire(waiter)) {
      dialed(action.slot);
    }
    if (waiter.state == Waiter::State::kGranted) {
      table()[waiter.slot].begin_lease({.site = CallSite{"", "", 0}, .thread = thread});
    }
    return waiter;
  }
};

TEST_F(NestedAcquire, IsRefusedOnlyWhenEveryHolderWaitsHere) {
  ask(1);
  ask(2);
  EXPECT_EQ(ask(1).state, Waiter::State::kQueued);  // thread 2 may still return
  EXPECT_EQ(ask(3).state, Waiter::State::kQueued);
  EXPECT_EQ(ask(2).refusal, Refusal::kDeadlock);
  EXPECT_EQ(core().counters().nested, 2);
}

TEST_F(NestedAcquire, IsNoDeadlockWhileAConnectionIsBeingOpened) {
  policy_.size = 2;
  ask(1);
  Waiter& other = new_waiter();
  acquire(other);  // its dial is on its way
  EXPECT_EQ(ask(1).state, Waiter::State::kQueued);
}

TEST_F(CoreTest, AStandingQueueTurnsToTheNewestAndSendsTheDoomedAway) {
  policy_.size = 1;
  policy_.overload = policy::Overload::kShed;
  policy_.acquire_timeout = 500ms;
  const SlotId slot = open_one();
  acquire(new_waiter());
  // One return each 10 ms, two callers each 10 ms: twice what can be served.
  std::vector<Waiter*> served;
  for (int i = 0; i < 100; ++i) {
    for (int callers = 0; callers < 2; ++callers) {
      Waiter& waiter = new_waiter();
      waiter.deadline = now_ + 500ms;
      acquire(waiter);
    }
    now_ += 10ms;
    for (const Action& action : release(slot)) {
      if (action.waiter->state == Waiter::State::kGranted) {
        served.push_back(action.waiter);
      }
    }
  }
  ASSERT_EQ(served.size(), 100U);
  for (std::size_t i = 50; i < served.size(); ++i) {
    EXPECT_LE(served[i]->since + 50ms, now_ - 10ms * (99 - i) + 50ms);
  }
  EXPECT_GT(core().counters().shed, 20);
  EXPECT_LT(core().waiting(), 20U);
}

TEST_F(CoreTest, UnderFifoNobodyIsShedAndTheOldestIsServed) {
  policy_.size = 1;
  const SlotId slot = open_one();
  acquire(new_waiter());
  for (int i = 0; i < 50; ++i) {
    acquire(new_waiter());
    acquire(new_waiter());
    now_ += 10ms;
    EXPECT_EQ(release(slot).at(0).waiter, &waiters_[static_cast<std::size_t>(i) + 2]);
  }
  EXPECT_EQ(core().counters().shed, 0);
}

}  // namespace
}  // namespace millpond::internal
