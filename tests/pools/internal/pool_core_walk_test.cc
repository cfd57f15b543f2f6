#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/tests/pools/internal/core_test.h"
#include "millpond/tests/pools/policies.h"

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;
using Kind = Action::Kind;

// A random walk over every event: whatever happens, the limits hold, each waiter is completed once
// or stays queued, and when the backend recovers nobody waits for ever.
class RandomWalk : public CoreTest {
 protected:
  void on_completed(Waiter& waiter) {
    ASSERT_EQ(completed_[&waiter]++, 0);
    if (waiter.state == Waiter::State::kGranted) {
      held_.push_back(waiter.slot);
    }
  }

  void collect(const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      if (action.kind == Kind::kComplete) {
        on_completed(*action.waiter);
      } else {
        due_.push_back(action);
      }
    }
  }

  void complete_one(bool healthy) {
    const std::size_t at = engine_() % due_.size();
    const Action action = due_[at];
    due_.erase(due_.begin() + static_cast<std::ptrdiff_t>(at));
    const bool fails = !healthy && engine_() % 3 == 0;
    const Outcome outcome = fails ? Outcome::kFailed : Outcome::kDone;
    collect(after([&](Actions& a) {
      switch (action.kind) {
        case Kind::kDial:
          return fails ? core().on_dial_failed(action.slot, DialFailure::kTransient, now_, a)
                       : core().on_dialed(action.slot, now_, a);
        case Kind::kProbe:
          return core().on_probed(action.slot, outcome, now_, a);
        case Kind::kReset:
          return core().on_reset(action.slot, outcome, now_, a);
        default:
          return core().on_closed(action.slot, now_, a);
      }
    }));
  }

  void release_one() {
    const SlotId slot = held_.back();
    held_.pop_back();
    collect(release(slot, static_cast<Return>(engine_() % 3)));
  }

  void acquire_one() {
    Waiter& waiter = new_waiter();
    collect(acquire(waiter, engine_() % 4 == 0 ? Patience::kNoWait : Patience::kWait));
    if (waiter.state == Waiter::State::kGranted && completed_.count(&waiter) == 0) {
      held_.push_back(waiter.slot);
    }
  }

  void step() {
    now_ += std::chrono::milliseconds{engine_() % 20};
    const auto event = engine_() % 6;
    if (event < 2) {
      acquire_one();
    } else if (event == 2) {
      core().cancel(waiters_[engine_() % waiters_.size()]);
    } else if (event == 3) {
      collect(tick());
    } else if (event == 4 && !due_.empty()) {
      complete_one(false);
    } else if (event == 5 && !held_.empty()) {
      release_one();
    }
  }

  void check() {
    int sum = 0;
    for (int state = 0; state < kSlotStates; ++state) {
      ASSERT_GE(core().count(static_cast<SlotState>(state)), 0);
      sum += core().count(static_cast<SlotState>(state));
    }
    ASSERT_EQ(sum, policy_.size);
    ASSERT_EQ(core().count(SlotState::kLeased), static_cast<int>(held_.size()));
    std::vector<SlotId> distinct = held_;
    std::sort(distinct.begin(), distinct.end());
    ASSERT_EQ(std::unique(distinct.begin(), distinct.end()), distinct.end());
    ASSERT_LE(core().count(SlotState::kDialing), policy_.max_concurrent_dials);
  }

  void settle() {
    for (int round = 0; round < 1000 && core().waiting() > 0; ++round) {
      now_ += 1s;
      collect(tick());
      while (!due_.empty()) {
        complete_one(true);
      }
      while (!held_.empty()) {
        release_one();
      }
    }
  }

  void start_over(std::uint64_t seed) {
    engine_.seed(seed);
    core_.reset();
    due_.clear();
    held_.clear();
    completed_.clear();
    waiters_.clear();
    policy_ = test::small_policy(1 + static_cast<std::int64_t>(engine_() % 6));
    policy_.min_idle = static_cast<std::int64_t>(engine_() % 3) % (policy_.size + 1);
    policy_.max_lifetime = 2s;
    policy_.lifetime_jitter = 0.25;
    policy_.idle_timeout = 300ms;
    policy_.keepalive = 100ms;
    policy_.validate = policy::Validate::kAuto;
    policy_.validate_after_idle = 50ms;
    policy_.max_uses = 20;
    new_waiter();
  }

  void walk(int steps) {
    for (int i = 0; i < steps && !HasFatalFailure(); ++i) {
      step();
      check();
    }
    settle();
    ASSERT_EQ(core().waiting(), 0u);
  }

  std::mt19937_64 engine_;
  std::vector<Action> due_;
  std::vector<SlotId> held_;
  std::map<Waiter*, int> completed_;
};

TEST_F(RandomWalk, KeepsEveryInvariantAndServesEverybodyInTheEnd) {
  for (std::uint64_t seed = 1; seed <= 200 && !HasFatalFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    start_over(seed);
    walk(2000);
  }
}

}  // namespace
}  // namespace millpond::internal
