// Marks that are set while the core itself has the slot.
#include <gtest/gtest.h>

#include <chrono>

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

TEST_F(CoreTest, AnOldSessionThatIsProbedWhileItsSuccessorArrivesClosesBehindTheProbe) {
  policy_.size = policy_.min_idle = policy_.rotation_spare = 1;
  policy_.max_lifetime = 100s;
  policy_.lifetime_jitter = 0.25;
  policy_.first_lifetime_jitter = 0;
  policy_.validate = policy::Validate::kAuto;
  const SlotId old = tick().at(0).slot;
  dialed(old);
  now_ += 97s;
  const SlotId successor = tick().at(0).slot;
  Waiter& first = new_waiter();
  acquire(first);
  ASSERT_EQ(acquire(new_waiter()).at(0).kind, Kind::kProbe);
  dialed(successor);
  EXPECT_EQ(first.slot, successor);

  const auto actions = after([&](Actions& a) { core().on_probed(old, Outcome::kDone, now_, a); });
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(actions[0].kind, Kind::kClose);
  closed(old);
  EXPECT_EQ(core().most_open(), 1);
}

// Two marks of two meanings on one slot: clearing one leaves the other.
TEST_F(CoreTest, ASlotThatIsListedAgainKeepsItsOtherMarks) {
  const SlotId slot = open_one();
  ASSERT_TRUE(table()[slot].word.try_take());
  table()[slot].word.mark(kUnlistedMark | kRetireMark);
  table().list(table()[slot]);
  EXPECT_EQ(table()[slot].word.marks(), kRetireMark);
}

}  // namespace
}  // namespace millpond::internal
