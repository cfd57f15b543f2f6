#include "millpond/pools/internal/fast_path.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/pools/internal/slot_word.h"
#include "millpond/pools/internal/wait_word.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;

// Where another thread acts in the moment between the return and the look behind it.
class InterruptedTable {
 public:
  SlotTable::Glance glance(const Slot& slot) const { return table.glance(slot); }
  void list(Slot& slot) { table.list(slot); }
  void give_back(Slot& slot) {
    table.give_back(slot);
    if (auto act = std::exchange(interruption, nullptr)) {
      act();
    }
  }

  SlotTable table{SlotTable::Shape{.slots = 1}};
  std::function<void()> interruption;
};

class FastPathTest : public testing::Test {
 protected:
  FastPathTest() {
    slot.handed_over.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }

  Next return_after(std::chrono::nanoseconds held) {
    return return_among_waiters(table, slot, now + held, 50us);
  }
  bool idle() const { return slot.word.looks_idle(); }

  InterruptedTable table;
  Slot& slot = table.table[0];  // born lent
  const TimePoint now{std::chrono::hours{1}};
};

TEST_F(FastPathTest, AQuietReturnLeavesNothingToDo) {
  EXPECT_EQ(return_quietly(table, slot), Next::kDone);
  EXPECT_TRUE(idle());
}

TEST_F(FastPathTest, AReturnThatSeesAMarkOrAWaiterOrTheLastUseKeepsTheSlot) {
  slot.word.mark(kVisitMark);
  EXPECT_EQ(return_quietly(table, slot), Next::kRelease);
  slot.word.clear(kVisitMark);
  table.table.set_waiting(kSomebodyWaits);
  EXPECT_EQ(return_quietly(table, slot), Next::kRelease);
  table.table.set_waiting(kNobodyWaits);
  slot.last_lease.store(0, std::memory_order_relaxed);
  EXPECT_EQ(return_quietly(table, slot), Next::kRelease);
  EXPECT_FALSE(idle());
}

TEST_F(FastPathTest, AMarkSetInTheMomentOfTheReturnIsSeen) {
  table.interruption = [this] { slot.word.mark(kRetireMark); };
  EXPECT_EQ(return_quietly(table, slot), Next::kLookAgain);
}

TEST_F(FastPathTest, AWaiterThatRegistersInTheMomentOfTheReturnIsSeen) {
  table.interruption = [this] { table.table.set_waiting(kSomebodyWaits | kHeadAsleep); };
  EXPECT_EQ(return_quietly(table, slot), Next::kLookAgain);
}

TEST_F(FastPathTest, ADueHandOverIsTheCores) {
  table.table.set_waiting(kSomebodyWaits | kHeadAsleep);
  EXPECT_EQ(return_after(50us), Next::kRelease);
  EXPECT_FALSE(idle());
}

TEST_F(FastPathTest, BeforeThatNewcomersMayHaveItAndTheSleepingHeadIsTold) {
  table.table.set_waiting(kSomebodyWaits | kHeadAsleep);
  EXPECT_EQ(return_after(50us - 1ns), Next::kNudge);
  EXPECT_TRUE(idle());
}

TEST_F(FastPathTest, AHeadThatIsAboutToLookIsNotToldTwice) {
  table.table.set_waiting(kSomebodyWaits);
  EXPECT_EQ(return_after(0us), Next::kDone);
}

TEST_F(FastPathTest, AmongWaitersTooWhatComesInTheMomentOfTheReturnIsSeen) {
  table.table.set_waiting(kSomebodyWaits);
  table.interruption = [this] { slot.word.mark(kRetireMark); };
  EXPECT_EQ(return_after(0us), Next::kLookAgain);
  ASSERT_TRUE(slot.word.try_take());
  slot.word.clear(kRetireMark);
  table.interruption = [this] { table.table.set_waiting(kSomebodyWaits | kHeadAsleep); };
  EXPECT_EQ(return_after(0us), Next::kNudge);
}

TEST_F(FastPathTest, AWaiterThatIsFirstInTheMomentOfTheReturnGetsItThoughNothingWasDue) {
  table.interruption = [this] { table.table.set_waiting(kSomebodyWaits | kHeadAsleep); };
  EXPECT_EQ(return_after(0us), Next::kLookAgain);
}

TEST_F(FastPathTest, AnUnlistedSlotIsListedAgainBeforeItIsGivenBack) {
  table.table.unlist(slot);
  slot.word.mark(kUnlistedMark);
  EXPECT_EQ(return_quietly(table, slot), Next::kRelease);
  EXPECT_EQ(return_after(0us), Next::kDone);
  EXPECT_EQ(slot.word.marks(), kNoMarks);
  EXPECT_EQ(table.table.search(kUnlendableMarks, [] {}), &slot);
}

TEST_F(FastPathTest, AmongWaitersTooAMarkedSlotIsTheCores) {
  for (const Marks mark : {kStaleMark, kRetireMark, kVisitMark}) {
    slot.word.mark(mark);
    EXPECT_EQ(return_after(0us), Next::kRelease) << mark;
    slot.word.clear(mark);
  }
  EXPECT_FALSE(idle());
}

TEST_F(FastPathTest, AMarkBesideTheUnlistedOneIsTheCores) {
  slot.word.mark(kUnlistedMark | kRetireMark);
  EXPECT_EQ(return_after(0us), Next::kRelease);
  EXPECT_FALSE(idle());
}

}  // namespace
}  // namespace millpond::internal
