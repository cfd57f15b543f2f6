// What a pool does about its dials: failures of every kind, endpoints that come and go, a server
// that is full, passwords and roles that change.
#include <chrono>
#include <string>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/pools/internal/core_test.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;
using Kind = Action::Kind;

class DialTest : public CoreTest {
 protected:
  DialTest() : CoreTest(4) { policy_.max_concurrent_dials = 4; }

  std::vector<Action> fail(SlotId slot, DialFailure failure) {
    return after([&](Actions& a) { core().on_dial_failed(slot, failure, now_, a); });
  }

  // Carries out what is asked for; the dials succeed. Returns where they went.
  std::string obey(const std::vector<Action>& actions) {
    std::string where;
    for (const Action& action : actions) {
      switch (action.kind) {
        case Kind::kDial:
          where += std::to_string(action.endpoint);
          where += obey(dialed(action.slot));
          break;
        case Kind::kClose:
          where += obey(closed(action.slot));
          break;
        default:
          break;
      }
    }
    return where;
  }

  // Dials and fails until the only endpoint is down; returns the waiter of the first.
  Waiter& bring_down() {
    Waiter& first = new_waiter();
    auto dials = acquire(first);
    for (int i = 0; i < 3; ++i) {
      now_ += i > 0 ? 1s : 0s;
      if (i > 0) {
        dials = tick();
      }
      fail(dials.at(0).slot, DialFailure::kUnreached);
    }
    return first;
  }

  std::vector<std::int64_t> sessions() {
    return {core().sessions().begin(), core().sessions().end()};
  }
};

TEST_F(DialTest, WhenTheEndpointIsDownWaitersAndNewcomersLearnItAtOnce) {
  const Waiter& first = bring_down();
  EXPECT_EQ(first.refusal, Refusal::kBackendDown);
  Waiter& next = new_waiter();
  EXPECT_TRUE(acquire(next).empty());
  EXPECT_EQ(next.refusal, Refusal::kBackendDown);
}

TEST_F(DialTest, WhileItIsDownOneDialTriesItThoughNobodyWaits) {
  bring_down();
  now_ += 400ms;
  const auto trial = tick();
  ASSERT_EQ(trial.size(), 1U);
  EXPECT_TRUE(tick().empty());
  dialed(trial[0].slot);
  Waiter& next = new_waiter();
  acquire(next);
  EXPECT_EQ(next.state, Waiter::State::kGranted);
}

TEST_F(DialTest, AsLongAsASessionWorksNobodyIsTurnedAway) {
  Waiter& holder = new_waiter();
  dialed(acquire(holder).at(0).slot);
  const Waiter& waits = bring_down();
  EXPECT_EQ(waits.state, Waiter::State::kQueued);
  release(holder.slot);
  EXPECT_EQ(waits.state, Waiter::State::kGranted);
}

TEST_F(DialTest, ADialThatTakesLongKeepsNoWaiterFromAnother) {
  const auto wedged = acquire(new_waiter());
  ASSERT_EQ(wedged.size(), 1U);
  now_ += 200ms;
  EXPECT_TRUE(tick().empty());
  now_ += 50ms;
  const auto other = tick();
  ASSERT_EQ(other.size(), 1U);
  dialed(other[0].slot);
  EXPECT_EQ(waiters_.front().state, Waiter::State::kGranted);
  EXPECT_EQ(fail(wedged[0].slot, DialFailure::kUnanswered).size(), 0U);
}

TEST_F(DialTest, AServerThatIsFullLowersTheEffectiveSizeAndIsAskedForOneMoreFromTimeToTime) {
  policy_.size = policy_.min_idle = 4;
  auto dials = tick();
  ASSERT_EQ(dials.size(), 4U);
  dialed(dials[0].slot);
  dialed(dials[1].slot);
  fail(dials[2].slot, DialFailure::kFull);
  fail(dials[3].slot, DialFailure::kFull);
  EXPECT_EQ(core().effective_size(), 2);
  EXPECT_EQ(core().size(), 4);
  // What it has serves on, and a third one has to wait.
  lend_all();
  now_ += policy_.backoff_cap;
  const auto third = tick();
  ASSERT_EQ(third.size(), 1U);
  const auto fourth = dialed(third[0].slot);
  EXPECT_EQ(core().effective_size(), 3);
  ASSERT_FALSE(fourth.empty());
  dialed(fourth.back().slot);
  EXPECT_EQ(core().effective_size(), 4);
}

TEST_F(DialTest, AFullServerWithoutASessionOfOursIsToldAfterThreeTries) {
  Waiter& waiter = new_waiter();
  auto dials = acquire(waiter);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(dials.size(), 1U);
    EXPECT_EQ(waiter.state, Waiter::State::kQueued);
    fail(dials[0].slot, DialFailure::kFull);
    now_ += policy_.backoff_cap;
    dials = tick();
  }
  EXPECT_EQ(waiter.refusal, Refusal::kBackendDown);
}

TEST_F(DialTest, ThisHostsOwnExhaustionIsNoVerdictOnTheServer) {
  Waiter& waiter = new_waiter();
  auto dials = acquire(waiter);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(dials.size(), 1U);
    fail(dials[0].slot, DialFailure::kHostExhausted);
    EXPECT_TRUE(tick().empty());
    now_ += policy_.backoff_cap;
    dials = tick();
  }
  EXPECT_EQ(waiter.state, Waiter::State::kQueued);
  EXPECT_FALSE(gate().health(0).suspect());
}

TEST_F(DialTest, RejectedCredentialsAreNotTriedAgain) {
  Waiter& waiter = new_waiter();
  fail(acquire(waiter).at(0).slot, DialFailure::kRejected);
  EXPECT_EQ(waiter.refusal, Refusal::kBackendDown);
  now_ += 24h;
  EXPECT_TRUE(tick().empty());
  gate().unbar();
  Waiter& next = new_waiter();
  dialed(acquire(next).at(0).slot);
  EXPECT_EQ(next.state, Waiter::State::kGranted);
}

TEST_F(DialTest, SettingsThatAreRefusedAreThePoolsOwnTrouble) {
  endpoints_ = 2;
  balance_ = policy::Balance::kFailover;
  Waiter& waiter = new_waiter();
  const auto second = fail(acquire(waiter).at(0).slot, DialFailure::kMisconfigured);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].endpoint, 1U);
  fail(second[0].slot, DialFailure::kMisconfigured);
  EXPECT_EQ(waiter.refusal, Refusal::kBackendDown);
  EXPECT_FALSE(gate().health(0).suspect());
  now_ += policy_.backoff_cap;
  EXPECT_EQ(acquire(new_waiter()).size(), 1U);
}

TEST_F(DialTest, SessionsReturnOneByOneToTheEndpointThatWorksAgain) {
  endpoints_ = 2;
  balance_ = policy::Balance::kFailover;
  policy_.rotation_spare = 1;
  policy_.min_idle = 4;
  const auto dials = tick();
  for (const Action& dial : dials) {
    obey(fail(dial.slot, DialFailure::kUnreached));
  }
  EXPECT_EQ(sessions(), (std::vector<std::int64_t>{0, 4}));
  now_ += 400ms;
  auto trial = tick();
  ASSERT_EQ(trial.size(), 1U);  // one spare: one at a time
  EXPECT_EQ(trial[0].endpoint, 0U);
  fail(trial[0].slot, DialFailure::kUnreached);
  EXPECT_EQ(sessions(), (std::vector<std::int64_t>{0, 4}));
  now_ += 400ms;
  obey(tick());
  EXPECT_EQ(sessions(), (std::vector<std::int64_t>{4, 0}));
  EXPECT_EQ(core().counters().closed.moved, 4);
}

TEST_F(DialTest, RenewalReplacesEverySessionWithinItsTimeAndNoneAtOnce) {
  policy_.rotation_spare = 1;
  policy_.min_idle = 4;
  obey(tick());
  ASSERT_EQ(core().counters().dialled, 4);
  obey(after([&](Actions& a) { core().renew(10s, now_, a); }));
  EXPECT_LT(core().counters().dialled, 8);
  for (int ticks = 0; ticks < 200; ++ticks) {
    now_ += 50ms;
    obey(tick());
    EXPECT_GE(core().count(SlotState::kLive), 4);
  }
  EXPECT_EQ(core().counters().dialled, 8);
  EXPECT_EQ(core().counters().closed.total(), 4);
}

TEST_F(DialTest, ADialOfTheOldPasswordIsRenewedToo) {
  policy_.rotation_spare = 1;
  const auto dials = acquire(new_waiter());
  now_ += 1ms;
  after([&](Actions& a) { core().renew(10s, now_, a); });
  obey(dialed(dials.at(0).slot));
  release(waiters_.front().slot);
  now_ += 10s;
  obey(tick());
  EXPECT_EQ(core().counters().dialled, 2);
}

TEST_F(DialTest, OneRefusedWriteReplacesTheWholeGeneration) {
  policy_.min_idle = 4;
  obey(tick());
  const auto holders = lend_all();
  release(holders[3]->slot);
  const auto refused = after([&](Actions& a) {
    core().on_read_only(holders[0]->slot, now_, a);
    table()[holders[0]->slot].end_lease();
    core().release(holders[0]->slot, Return::kBroken, now_, a);
  });
  EXPECT_EQ(obey(refused), "00");  // the idle one, and the one that came back
  EXPECT_EQ(core().counters().closed.outdated, 1);
  EXPECT_EQ(release(holders[1]->slot).at(0).kind, Kind::kClose);
  // A second complaint of the same generation changes nothing.
  EXPECT_TRUE(after([&](Actions& a) { core().on_read_only(holders[2]->slot, now_, a); }).empty());
}

TEST_F(DialTest, AServerThatTakesNoWritesIsNotDialledAgainSoon) {
  endpoints_ = 2;
  balance_ = policy::Balance::kFailover;
  Waiter& waiter = new_waiter();
  const auto second = fail(acquire(waiter).at(0).slot, DialFailure::kReadOnly);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].endpoint, 1U);
  dialed(second[0].slot);
  EXPECT_EQ(waiter.state, Waiter::State::kGranted);
  EXPECT_EQ(acquire(new_waiter()).at(0).endpoint, 1U);
}

}  // namespace
}  // namespace millpond::internal
