// What the core does of its own accord.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_record.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/pools/internal/core_test.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;
using Kind = Action::Kind;

class UpkeepTest : public CoreTest {
 protected:
  // Does at once whatever the core asks for, until it asks for nothing.
  void obey(std::vector<Action> actions) {
    for (std::size_t i = 0; i < actions.size(); ++i) {
      const Action action = actions[i];
      const auto more = after([&](Actions& a) {
        switch (action.kind) {
          case Kind::kDial:
            ++dials_;
            return core().on_dialed(action.slot, now_, a);
          case Kind::kProbe:
            return core().on_probed(action.slot, Outcome::kDone, now_, a);
          case Kind::kReset:
            return core().on_reset(action.slot, Outcome::kDone, now_, a);
          case Kind::kClose:
            return core().on_closed(action.slot, now_, a);
          case Kind::kDone:
          case Kind::kNudge:
            break;
        }
      });
      actions.insert(actions.end(), more.begin(), more.end());
      most_open_ = std::max(most_open_, core().open());
    }
  }

  void fill() {
    policy_.min_idle = policy_.size;
    policy_.max_concurrent_dials = policy_.size;
    obey(tick());
    ASSERT_EQ(idle(), policy_.size);
    dials_ = 0;
  }

  // A use on the fast path.
  void use(SlotId slot) {
    ASSERT_TRUE(table()[slot].word.try_take());
    table()[slot].end_lease();
    table().give_back(table()[slot]);
  }

  int dials_ = 0;
  int most_open_ = 0;
};

TEST_F(UpkeepTest, MinIdleIsRefilledByTheTick) {
  policy_.min_idle = 2;
  EXPECT_EQ(tick().size(), 2U);
  EXPECT_TRUE(tick().empty());
}

TEST_F(UpkeepTest, MinIdleCountsWhatIsIdleNotWhatIsOpen) {
  policy_.size = 3;
  policy_.min_idle = 1;
  Waiter& holder = new_waiter();
  obey(acquire(holder));
  EXPECT_EQ(core().open(), 1);
  obey(tick());
  EXPECT_EQ(core().open(), 2);
  EXPECT_EQ(idle(), 1);
}

TEST_F(UpkeepTest, IdleConnectionsAboveMinIdleAreClosedWhenTheirTimeIsUp) {
  policy_.min_idle = 1;
  policy_.idle_timeout = 5s;
  for (Waiter* holder : lend_all()) {
    release(holder->slot);
  }
  tick();
  now_ += 5s;
  EXPECT_EQ(tick().size(), 1U);
  EXPECT_EQ(idle(), 1);
  EXPECT_EQ(core().counters().closed.idle, 1);
}

TEST_F(UpkeepTest, AUseOnTheFastPathCountsAsAUse) {
  policy_.idle_timeout = 5s;
  const SlotId slot = open_one();
  for (int second = 0; second < 20; ++second) {
    now_ += 1s;
    use(slot);
    EXPECT_TRUE(tick().empty());
  }
}

TEST_F(UpkeepTest, NoMoreThanMaxIdleStayIdle) {
  policy_.size = 4;
  for (Waiter* holder : lend_all()) {
    release(holder->slot);
  }
  core_.reset();
  policy_.max_idle = 1;
  table_ = std::make_unique<SlotTable>(SlotTable::Shape{.slots = 4});
  core_ = make_core(machine_);
  for (Waiter* holder : lend_all()) {
    release(holder->slot);
  }
  obey(tick());
  EXPECT_EQ(core().open(), 1);
  EXPECT_EQ(core().count(SlotState::kLive), 1);
}

TEST_F(UpkeepTest, KeepaliveProbesIdleConnectionsTwoAtATime) {
  policy_.size = 5;
  policy_.keepalive = 1min;
  fill();
  now_ += 1min;
  const auto probes = tick();
  ASSERT_EQ(probes.size(), 2U);
  EXPECT_EQ(probes[0].kind, Kind::kProbe);
}

TEST_F(UpkeepTest, AConnectionPastItsLifetimeIsClosedAtReturnAndWhileIdle) {
  policy_.max_lifetime = 10s;
  const SlotId slot = open_one();
  acquire(new_waiter());
  now_ += 10s;
  EXPECT_EQ(release(slot).at(0).kind, Kind::kClose);
  closed(slot);

  open_one();
  now_ += 10s;
  EXPECT_EQ(tick().at(0).kind, Kind::kClose);
  EXPECT_EQ(core().counters().closed.lifetime, 2);
}

TEST_F(UpkeepTest, ALentConnectionPastItsLifetimeIsMarkedForItsReturn) {
  policy_.max_lifetime = 10s;
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  now_ += 10s;
  machine_.fences = 0;
  EXPECT_TRUE(tick().empty());
  EXPECT_EQ(table()[slot].word.marks(), kRetireMark);
  EXPECT_EQ(machine_.fences,
            1);  // whoever returned before that is seen, whoever returns later sees
}

TEST_F(UpkeepTest, AConnectionReturnedBehindItsMarkersBackIsClosedByTheMarker) {
  policy_.max_lifetime = 10s;
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  now_ += 10s;
  machine_.rival = [&] { machine_.rival = [&] { table().give_back(table()[slot]); }; };
  EXPECT_EQ(tick().at(0).kind, Kind::kClose);
}

class RotationTest : public UpkeepTest {
 protected:
  RotationTest() {
    policy_.size = 4;
    policy_.max_lifetime = 100s;
    policy_.lifetime_jitter = 0.25;
    policy_.first_lifetime_jitter = 0.75;
    policy_.rotation_spare = 1;
  }
};

TEST_F(RotationTest, OpensTheSuccessorBeforeTheOldOneIsClosed) {
  fill();
  int least_idle = idle();
  for (int second = 0; second < 1000; ++second) {
    now_ += 1s;
    obey(tick());
    least_idle = std::min(least_idle, idle());
  }
  EXPECT_GE(least_idle, 4);
  EXPECT_EQ(most_open_, 5);
  EXPECT_GE(dials_, 4 * 10);  // each lives 75 to 90 seconds of its 100
  EXPECT_LE(dials_, 4 * 15);
}

TEST_F(RotationTest, ReplacesOneAfterTheOtherThoughAllAreDueAtOnce) {
  policy_.first_lifetime_jitter = 0;
  fill();
  now_ += 97s;
  const auto first = tick();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].kind, Kind::kDial);
  obey(first);  // each close starts the next
  EXPECT_EQ(dials_, 4);
  EXPECT_EQ(most_open_, 5);
}

TEST_F(RotationTest, AFailedSuccessorLeavesTheOldOneInService) {
  policy_.first_lifetime_jitter = 0;
  fill();
  now_ += 97s;
  const SlotId successor = tick().at(0).slot;
  after([&](Actions& a) { core().on_dial_failed(successor, DialFailure::kUnreached, now_, a); });
  EXPECT_EQ(idle(), 4);
  now_ += policy_.backoff_base;
  EXPECT_EQ(tick().size(), 1U);  // and it is tried again
  EXPECT_EQ(core().most_open(), 5);
}

TEST_F(RotationTest, AnOldOneThatBreaksMeanwhileEndsItsRotation) {
  policy_.size = 1;
  policy_.first_lifetime_jitter = 0;
  fill();
  now_ += 97s;
  const SlotId successor = tick().at(0).slot;
  Waiter& holder = new_waiter();
  acquire(holder);
  release(holder.slot, Return::kBroken);
  closed(holder.slot);
  EXPECT_EQ(core().most_open(), 1);
  obey(dialed(successor));
  EXPECT_EQ(idle(), 1);
}

TEST_F(RotationTest, WithoutASpareTheOldOneIsReplacedAtItsReturn) {
  policy_.size = 1;
  policy_.rotation_spare = 0;
  policy_.first_lifetime_jitter = 0;
  policy_.lifetime_jitter = 0;
  fill();
  now_ += 100s;
  const auto actions = tick();
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].kind, Kind::kClose);
  EXPECT_EQ(closed(actions[0].slot).at(0).kind, Kind::kDial);
}

TEST_F(UpkeepTest, ALargerSizeHoldsAtOnce) {
  obey(acquire(new_waiter()));
  obey(acquire(new_waiter()));
  Waiter& third = new_waiter();
  acquire(third);
  obey(after([&](Actions& a) { core().resize(5, now_, a); }));
  EXPECT_EQ(third.state, Waiter::State::kGranted);
  EXPECT_EQ(core().most_open(), 5);
}

TEST_F(UpkeepTest, ASmallerSizeIsADebtThatReturnsPay) {
  policy_.size = 5;
  const auto holders = lend_all();
  EXPECT_TRUE(after([&](Actions& a) { core().resize(2, now_, a); }).empty());
  int closes = 0;
  for (Waiter* holder : holders) {
    EXPECT_NE(table()[holder->slot].word.marks() & kVisitMark, 0U);
    closes += release(holder->slot).empty() ? 0 : 1;
  }
  EXPECT_EQ(closes, 3);
  EXPECT_EQ(core().counters().closed.surplus, 3);
  EXPECT_EQ(idle(), 2);
}

TEST_F(UpkeepTest, ASmallerSizeTakesTheIdleFirst) {
  policy_.size = 4;
  fill();
  obey(after([&](Actions& a) { core().resize(1, now_, a); }));
  EXPECT_EQ(core().open(), 1);
  EXPECT_EQ(idle(), 1);
}

TEST_F(UpkeepTest, ANewGenerationReplacesIdleOnesNowAndLentOnesAtTheirReturn) {
  policy_.size = 2;
  policy_.min_idle = 2;
  const auto holders = lend_all();
  release(holders[1]->slot);
  const auto closing = after([&](Actions& a) { core().bump_generation(now_, a); });
  ASSERT_EQ(closing.size(), 1U);
  EXPECT_EQ(closing[0].slot, holders[1]->slot);
  EXPECT_EQ(release(holders[0]->slot).at(0).kind, Kind::kClose);
  EXPECT_EQ(core().counters().closed.outdated, 2);
}

TEST_F(UpkeepTest, ADialOfTheGenerationBeforeIsClosedWhenItIsDone) {
  const SlotId slot = acquire(new_waiter()).at(0).slot;
  after([&](Actions& a) { core().bump_generation(now_, a); });
  const auto actions = dialed(slot);
  ASSERT_EQ(actions.size(), 2U);
  EXPECT_EQ(actions[0].kind, Kind::kClose);
  EXPECT_EQ(actions[1].kind, Kind::kDial);
}

TEST_F(UpkeepTest, WhatDoesNotFitIntoOneListOfActionsFollowsWithTheNext) {
  policy_.size = 100;
  policy_.min_idle = 100;
  policy_.max_concurrent_dials = 100;
  std::vector<Action> all = tick();
  while (all.size() % Actions::kCapacity == 0) {
    const auto more = after([&](Actions& a) { core().resume(now_, a); });
    all.insert(all.end(), more.begin(), more.end());
  }
  ASSERT_EQ(all.size(), 100U);
  for (const Action& action : all) {
    dialed(action.slot);
  }
  std::size_t closes = after([&](Actions& a) { core().close(Refusal::kClosed, now_, a); }).size();
  while (closes % Actions::kCapacity == 0) {
    closes += after([&](Actions& a) { core().resume(now_, a); }).size();
  }
  EXPECT_EQ(closes, 100U);
}

// 64 threads that each need a connection for a moment once a second, one after the other: one
// connection would do, and one is left, though each thread has a home of its own.
TEST_F(UpkeepTest, ThreadsWithHomesOfTheirOwnDoNotKeepAPoolLarge) {
  policy_.size = 64;
  policy_.idle_timeout = 60s;
  policy_.max_concurrent_dials = 64;
  for (Waiter* holder : lend_all()) {
    release(holder->slot);
  }
  std::vector<SlotId> homes(64);
  for (SlotId thread = 0; thread < 64; ++thread) {
    homes[thread] = thread;
  }
  for (int second = 0; second < 90; ++second) {
    for (SlotId& home : homes) {
      now_ += 15625us;
      Slot* slot = nullptr;
      if (home < table().preferred() && table()[home].word.try_take()) {
        slot = &table()[home];
      } else {
        slot = table().search(kUnlendableMarks, [] {});
      }
      ASSERT_NE(slot, nullptr);
      home = slot->id;
      slot->end_lease();
      table().give_back(*slot);
    }
    obey(tick());
  }
  EXPECT_LE(core().open(), 1);
}

}  // namespace
}  // namespace millpond::internal
