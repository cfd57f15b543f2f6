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

}  // namespace
}  // namespace millpond::internal
