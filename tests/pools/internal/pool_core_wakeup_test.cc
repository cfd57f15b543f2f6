// That no wake-up is lost where the core meets threads that it cannot see yet: what a return wrote
// may become visible no earlier than at the heavy fence.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <utility>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/machine.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/pools/internal/core_test.h"

namespace millpond::internal {
namespace {

// A machine on which the stores of other threads arrive at the fence.
class LateMachine final : public Machine {
 public:
  void heavy_fence() noexcept override {
    if (auto act = std::exchange(arrives, nullptr)) {
      act();
    }
  }

  std::function<void()> arrives;
};

class WakeUpTest : public CoreTest {
 protected:
  void build(std::int64_t size) {
    policy_.size = policy_.max_idle = size;
    table_ = std::make_unique<SlotTable>(SlotTable::Shape{.slots = PoolCore::slots_for(policy_)});
    core_ = make_core(late_);
  }

  LateMachine late_;
};

TEST_F(WakeUpTest, AReturnThatBecomesVisibleAtTheFenceGoesToTheWaiterThatRegistered) {
  build(1);
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  Waiting seen = kNobodyWaits;
  late_.arrives = [&] {
    seen = table().waiting();
    table().give_back(table()[slot]);
  };
  Waiter& waiter = new_waiter();
  acquire(waiter);
  EXPECT_EQ(seen, kSomebodyWaits | kHeadAsleep);  // registered before the fence, looked after it
  EXPECT_EQ(waiter.state, Waiter::State::kGranted);
}

TEST_F(WakeUpTest, AReturnThatBecomesVisibleAtTheFenceIsSeenByTheNextHeadToo) {
  build(1);
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  Waiter& head = new_waiter();
  Waiter& second = new_waiter();
  acquire(head);
  acquire(second);
  after([&](Actions& a) { core().nudge(a); });
  late_.arrives = [&] { table().give_back(table()[slot]); };
  EXPECT_TRUE(cancel(head));
  EXPECT_EQ(second.state, Waiter::State::kGranted);
}

TEST_F(CoreTest, ANudgedWaiterKnowsItUntilItLooks) {
  policy_.size = 1;
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  Waiter& leaves = new_waiter();
  Waiter& looks = new_waiter();
  acquire(leaves);
  acquire(looks);
  after([&](Actions& a) { core().nudge(a); });
  EXPECT_TRUE(leaves.nudged);
  cancel(leaves);
  EXPECT_TRUE(leaves.nudged);  // it may not go before the nudge has arrived

  after([&](Actions& a) { core().nudge(a); });
  EXPECT_TRUE(looks.nudged);
  after([&](Actions& a) { core().retry(looks, now_, a); });
  EXPECT_FALSE(looks.nudged);
}

// The stale mark is on a slot that a thread took in the same moment: it will be lent for a while.
TEST_F(CoreTest, WhoWaitsBehindANudgedHeadIsWatchedForWhenAnotherCallerServesTheHead) {
  policy_.size = 2;
  policy_.validate = policy::Validate::kAuto;
  const auto holders = lend_all();
  const SlotId lent = holders[0]->slot;
  const SlotId stale = holders[1]->slot;
  release(lent);
  release(stale);
  ASSERT_TRUE(table()[lent].word.try_take());
  now_ += policy_.validate_after_idle;
  tick();
  ASSERT_EQ(table()[stale].word.marks(), kStaleMark);
  ASSERT_TRUE(table()[stale].word.try_take());

  Waiter& head = new_waiter();
  acquire(head);
  table().give_back(table()[lent]);
  after([&](Actions& a) { core().nudge(a); });
  Waiter& second = new_waiter();
  acquire(second);
  EXPECT_EQ(head.state, Waiter::State::kGranted);
  EXPECT_EQ(second.state, Waiter::State::kQueued);
  EXPECT_EQ(table().waiting(), kSomebodyWaits | kHeadAsleep);
}

}  // namespace
}  // namespace millpond::internal
