// Who is served while more callers come than can be served.
#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/time_point.h"
#include "millpond/tests/pools/internal/core_test.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;

class ShedTest : public CoreTest {
 protected:
  // Each 10 ms two callers and one return, for a second: twice what can be served. How long each of
  // those waited who were served in its second half.
  std::vector<TimePoint::duration> waits_under_double_load(policy::Overload overload) {
    policy_.size = 1;
    policy_.overload = overload;
    policy_.acquire_timeout = 500ms;
    const SlotId slot = open_one();
    acquire(new_waiter());
    std::vector<TimePoint::duration> waits;
    for (int round = 0; round < 100; ++round) {
      call(2);
      now_ += 10ms;
      for (const Action& action : release(slot)) {
        if (round >= 50 && action.waiter->state == Waiter::State::kGranted) {
          waits.push_back(now_ - action.waiter->since);
        }
      }
    }
    return waits;
  }

  void call(int callers) {
    for (int i = 0; i < callers; ++i) {
      Waiter& waiter = new_waiter();
      waiter.deadline = now_ + policy_.acquire_timeout;
      acquire(waiter);
    }
  }
};

TEST_F(ShedTest, UnderOverloadTheNewestIsServedWhileTheRestGrowsOld) {
  const auto waits = waits_under_double_load(policy::Overload::kShed);
  ASSERT_EQ(waits.size(), 50U);
  for (const auto& wait : waits) {
    EXPECT_EQ(wait, 10ms);
  }
}

TEST_F(ShedTest, UnderFifoEverybodyIsServedJustBeforeGivingUp) {
  const auto waits = waits_under_double_load(policy::Overload::kFifo);
  ASSERT_EQ(waits.size(), 50U);
  for (const auto& wait : waits) {
    EXPECT_GE(wait, 250ms);
  }
  EXPECT_EQ(core().counters().shed, 0);
}

}  // namespace
}  // namespace millpond::internal
