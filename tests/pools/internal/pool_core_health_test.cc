// What the core makes of news about sessions that nobody is using.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_record.h"
#include "millpond/pools/internal/slot_word.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/pools/internal/core_test.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;
using Kind = Action::Kind;

class HangUpTest : public CoreTest {
 protected:
  // A watch as the pool sets it up: before the dial is reported.
  void finish_dial(SlotId slot, std::uint64_t watch) {
    core().on_watched(slot, watch);
    dialed(slot);
  }

  // One watched session, idle.
  SlotId open_watched(std::uint64_t watch) {
    Waiter& waiter = new_waiter();
    finish_dial(acquire(waiter).at(0).slot, watch);
    release(waiter.slot);
    return waiter.slot;
  }

  std::vector<Action> hung_up(SlotId slot, std::uint64_t watch) {
    return after([&](Actions& a) { core().on_hung_up(slot, watch, now_, a); });
  }
};

TEST_F(HangUpTest, AnIdleSessionIsClosedAtOnceAndReplaced) {
  policy_.min_idle = 1;
  policy_.size = 1;
  const SlotId slot = open_watched(7);
  const auto closing = hung_up(slot, 7);
  ASSERT_EQ(closing.size(), 1U);
  EXPECT_EQ(closing[0].kind, Kind::kClose);
  EXPECT_EQ(core().counters().closed.dead, 1);
  const auto dialling = closed(slot);
  ASSERT_EQ(dialling.size(), 1U) << "at once, not at the next tick";
  EXPECT_EQ(dialling[0].kind, Kind::kDial);
}

TEST_F(HangUpTest, AnIdleSessionIsReplacedBesideOthersThatAreLent) {
  policy_.size = 3;
  policy_.min_idle = 1;
  const SlotId first = open_watched(1);
  acquire(new_waiter());  // and it is lent
  const auto dial = tick();
  ASSERT_EQ(dial.size(), 1U);
  finish_dial(dial[0].slot, 2);
  ASSERT_TRUE(tick().empty());
  const auto actions = hung_up(dial[0].slot, 2);
  ASSERT_EQ(actions.size(), 2U) << "there is room beside the one that closes";
  EXPECT_EQ(actions[0].kind, Kind::kClose);
  EXPECT_EQ(actions[1].kind, Kind::kDial);
  EXPECT_NE(first, dial[0].slot);
}

TEST_F(HangUpTest, ALentSessionIsClosedAtItsReturn) {
  const SlotId slot = open_watched(7);
  Waiter& holder = new_waiter();
  acquire(holder);
  EXPECT_TRUE(hung_up(slot, 7).empty());
  EXPECT_NE(table()[slot].word.marks() & kRetireMark, 0U);
  EXPECT_EQ(release(slot).at(0).kind, Kind::kClose);
  EXPECT_EQ(core().counters().closed.dead, 1);
}

TEST_F(HangUpTest, ALentSessionThatIsReturnedInTheSameMomentIsClosedByTheNews) {
  const SlotId slot = open_watched(7);
  ASSERT_TRUE(table()[slot].word.try_take());
  machine_.rival = [&] { machine_.rival = [&] { table().give_back(table()[slot]); }; };
  EXPECT_EQ(hung_up(slot, 7).at(0).kind, Kind::kClose);
}

TEST_F(HangUpTest, ASessionUnderAProbeIsClosedWhenTheProbeEnds) {
  policy_.keepalive = 1min;
  const SlotId slot = open_watched(7);
  now_ += 1min;
  ASSERT_EQ(tick().at(0).kind, Kind::kProbe);
  EXPECT_TRUE(hung_up(slot, 7).empty());
  const auto done = after([&](Actions& a) { core().on_probed(slot, Outcome::kDone, now_, a); });
  EXPECT_EQ(done.at(0).kind, Kind::kClose);
}

TEST_F(HangUpTest, ASessionUnderAResetIsClosedWhenTheResetEnds) {
  Waiter& holder = new_waiter();
  finish_dial(acquire(holder).at(0).slot, 7);
  ASSERT_EQ(release(holder.slot, Return::kDirty).at(0).kind, Kind::kReset);
  EXPECT_TRUE(hung_up(holder.slot, 7).empty());
  Waiter& waiter = new_waiter();
  acquire(waiter);
  const auto done =
      after([&](Actions& a) { core().on_reset(holder.slot, Outcome::kDone, now_, a); });
  EXPECT_EQ(done.at(0).kind, Kind::kClose);
  EXPECT_EQ(waiter.state, Waiter::State::kQueued) << "nobody is lent it";
}

TEST_F(HangUpTest, ASessionThatDiesBeforeItsDialIsReportedIsNotLent) {
  Waiter& waiter = new_waiter();
  const SlotId slot = acquire(waiter).at(0).slot;
  core().on_watched(slot, 7);
  hung_up(slot, 7);
  const auto actions = dialed(slot);
  EXPECT_EQ(actions.at(0).kind, Kind::kClose);
  EXPECT_EQ(waiter.state, Waiter::State::kQueued);
  EXPECT_EQ(core().counters().closed.dead, 1);
}

TEST_F(HangUpTest, NewsOfASessionBeforeIsNotBlamedOnTheNextOfTheSlot) {
  const SlotId slot = open_watched(7);
  hung_up(slot, 7);
  closed(slot);
  ASSERT_EQ(open_watched(8), slot);
  EXPECT_TRUE(hung_up(slot, 7).empty());
  EXPECT_EQ(idle(), 1);
}

TEST_F(HangUpTest, NewsOfASocketThatTheSessionHasLeftChangesNothing) {
  const SlotId slot = open_watched(7);
  core().on_watched(slot, 0);  // libcurl has closed it
  core().on_watched(slot, 8);  // and opened another
  EXPECT_TRUE(hung_up(slot, 7).empty());
  EXPECT_EQ(hung_up(slot, 8).at(0).kind, Kind::kClose);
}

TEST_F(HangUpTest, ASuccessorThatDiesBeforeItStandsLeavesTheOldOneInService) {
  policy_.size = policy_.min_idle = 1;
  policy_.rotation_spare = 1;
  policy_.max_lifetime = 100s;
  const SlotId old = open_watched(7);
  now_ += 97s;
  const SlotId successor = tick().at(0).slot;
  ASSERT_NE(successor, old);
  core().on_watched(successor, 8);
  hung_up(successor, 8);
  const auto actions = dialed(successor);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].kind, Kind::kClose);
  EXPECT_EQ(actions[0].slot, successor);
  EXPECT_EQ(idle(), 1);
}

TEST_F(HangUpTest, NewsThatComesTwiceOrWhileItClosesChangesNothing) {
  const SlotId slot = open_watched(7);
  hung_up(slot, 7);
  EXPECT_TRUE(hung_up(slot, 7).empty());
  EXPECT_EQ(core().counters().closed.dead, 1);
}

TEST_F(HangUpTest, AutoTrustsTheWatchAndProbesOnlyWhatIsNotWatched) {
  policy_.validate = policy::Validate::kAuto;
  const SlotId slot = open_watched(7);
  now_ += policy_.validate_after_idle;
  tick();
  EXPECT_EQ(table()[slot].word.marks(), kNoMarks);
  core().on_watched(slot, 0);
  tick();
  EXPECT_EQ(table()[slot].word.marks(), kStaleMark);
}

TEST_F(HangUpTest, IdleProbesWhatIsWatchedToo) {
  policy_.validate = policy::Validate::kIdle;
  const SlotId slot = open_watched(7);
  now_ += policy_.validate_after_idle;
  tick();
  EXPECT_EQ(table()[slot].word.marks(), kStaleMark);
}

class HealthCheckTest : public CoreTest {
 protected:
  HealthCheckTest() : CoreTest(6) { policy_.health_interval = 2s; }

  // All of them open and idle.
  void fill() {
    for (Waiter* holder : lend_all()) {
      release(holder->slot);
    }
  }
  // One use on the fast path.
  void use(SlotId slot) {
    ASSERT_TRUE(table()[slot].word.try_take());
    table()[slot].end_lease();
    table().give_back(table()[slot]);
  }
  std::vector<Action> probed(SlotId slot, Outcome outcome) {
    return after([&](Actions& a) { core().on_probed(slot, outcome, now_, a); });
  }
  int suspects() {
    int marked = 0;
    for (SlotId slot = 0; slot < table().size(); ++slot) {
      marked += table()[slot].word.looks_idle() && is_stale(slot) ? 1 : 0;
    }
    return marked;
  }
  bool is_stale(SlotId slot) { return (table()[slot].word.marks() & kStaleMark) != 0; }
  static std::vector<SlotId> probes_among(const std::vector<Action>& actions) {
    std::vector<SlotId> slots;
    for (const Action& action : actions) {
      if (action.kind == Kind::kProbe) {
        slots.push_back(action.slot);
      }
    }
    return slots;
  }
  // The first check of a pool whose sessions were all proven at the same moment.
  std::vector<SlotId> first_checks() {
    fill();
    now_ += policy_.health_interval;
    return probes_among(tick());
  }
};

TEST_F(HealthCheckTest, AnIdleSessionIsProbedBeforeTheIntervalIsOver) {
  open_one();
  now_ += policy_.health_interval - 100ms;
  EXPECT_TRUE(tick().empty());
  now_ += 50ms;
  EXPECT_EQ(probes_among(tick()).size(), 1U);
}

TEST_F(HealthCheckTest, AUseIsAProof) {
  const SlotId slot = open_one();
  for (int second = 0; second < 10; ++second) {
    now_ += 1s;
    use(slot);
    EXPECT_TRUE(tick().empty());
  }
}

TEST_F(HealthCheckTest, TwoAtATimeLeaveTheRestToCallers) {
  EXPECT_EQ(first_checks().size(), 2U);
  EXPECT_TRUE(tick().empty());
  EXPECT_EQ(idle(), 4);
}

TEST_F(HealthCheckTest, WhereOneFailsNoneIsLentThatHasNotProvenItselfSince) {
  policy_.max_concurrent_dials = 3;
  const auto checks = first_checks();
  ASSERT_EQ(checks.size(), 2U);
  now_ += policy_.validate_timeout;
  const auto actions = probed(checks[0], Outcome::kFailed);
  EXPECT_EQ(actions.at(0).kind, Kind::kClose);
  EXPECT_EQ(probes_among(actions).size(), 2U) << "three at once, one is under way";
  EXPECT_EQ(suspects(), 2);
  Waiter& waiter = new_waiter();
  acquire(waiter);
  EXPECT_EQ(waiter.state, Waiter::State::kQueued);
}

TEST_F(HealthCheckTest, TheSuspectsAreProbedOneAfterTheOtherUntilNoneIsLeft) {
  policy_.max_concurrent_dials = 1;
  const auto checks = first_checks();
  now_ += policy_.validate_timeout;
  probed(checks[1], Outcome::kDone);
  auto next = probes_among(probed(checks[0], Outcome::kFailed));
  std::vector<SlotId> asked;
  while (!next.empty()) {
    ASSERT_EQ(next.size(), 1U);
    asked.push_back(next[0]);
    next = probes_among(probed(next[0], Outcome::kDone));
  }
  EXPECT_EQ(asked.size(), 4U) << "not the other that had just proven itself";
  EXPECT_EQ(suspects(), 0);
  EXPECT_EQ(idle(), 5);
}

TEST_F(HealthCheckTest, WhatWasUsedSinceTheProbeBeganIsNotSuspected) {
  const auto checks = first_checks();
  now_ += 500ms;
  use(0);
  tick();
  now_ += 500ms;
  probed(checks[0], Outcome::kFailed);
  EXPECT_FALSE(is_stale(0));
  EXPECT_TRUE(is_stale(1));
}

TEST_F(HealthCheckTest, AWaiterDoesNotDependOnSuspects) {
  policy_.size = 8;
  fill();
  now_ += policy_.health_interval;
  const auto checks = probes_among(tick());
  for (const SlotId failed : checks) {
    probed(failed, Outcome::kFailed);
    closed(failed);
  }
  EXPECT_EQ(core().count(SlotState::kProbing), 4);
  const auto actions = acquire(new_waiter());
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].kind, Kind::kDial);
}

TEST_F(HealthCheckTest, ABrokenReturnCastsSuspicionOnWhatHasRestedForLong) {
  fill();
  acquire(new_waiter());
  now_ += 1s;
  use(3);
  tick();
  EXPECT_EQ(probes_among(release(0, Return::kBroken)).size(), 4U);
  EXPECT_FALSE(is_stale(3));
}

TEST_F(HealthCheckTest, ADiscardedSessionSaysNothingOfTheOthers) {
  fill();
  acquire(new_waiter());
  now_ += 1s;
  EXPECT_TRUE(probes_among(release(0, Return::kDiscarded)).empty());
  EXPECT_EQ(suspects(), 0);
  EXPECT_EQ(core().counters().closed.broken, 1);
}

TEST_F(HealthCheckTest, NothingIsProbedInTheBackgroundWhereItIsOff) {
  policy_.health_interval = 0s;
  fill();
  now_ += 1h;
  EXPECT_TRUE(tick().empty());
}

}  // namespace
}  // namespace millpond::internal
