// A pool and the watch over its sockets, with a server that hangs up when the test says so.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "millpond/drivers/endpoint.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/acquire.h"
#include "millpond/pools/call_site.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/env.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/pool.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"
#include "millpond/tests/harness/fake_env/fake_env.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;

class PoolWatchTest : public testing::Test {
 protected:
  PoolWatchTest() {
    policy_.min_idle = 1;
    driver_->give_sockets();
  }

  std::shared_ptr<Pool> started() {
    auto pool =
        std::make_shared<Pool>(PoolDefinition{policy_, driver_, {drivers::Endpoint{}}, {}}, env_);
    pool->start();
    env_->run_posted();
    return pool;
  }

  static internal::Ticket borrow(Pool& pool) {
    const internal::Ticket ticket = pool.take(CallSite::here());
    return ticket ? ticket : *pool.wait_for_one({}, CallSite::here());
  }
  static int session(const internal::Ticket& ticket) {
    return harness::Fake::handle(Pool::connection(*ticket.slot)).session;
  }

  policy::PoolPolicy policy_ = test::small_policy(1);
  std::shared_ptr<harness::FakeDriver> driver_ = std::make_shared<harness::FakeDriver>();
  std::shared_ptr<harness::FakeEnv> env_ = std::make_shared<harness::FakeEnv>();
};

TEST_F(PoolWatchTest, AnIdleSessionThatTheServerEndsIsReplacedWithNobodyBorrowing) {
  const auto pool = started();
  ASSERT_TRUE(env_->hang_up(1));
  env_->run_posted();
  EXPECT_EQ(pool->snapshot().idle, 1);
  EXPECT_EQ(pool->snapshot().closed.dead, 1);
  const internal::Ticket ticket = borrow(*pool);
  EXPECT_EQ(session(ticket), 2);
  pool->release(ticket, Pool::Verdict::kReturn);
}

TEST_F(PoolWatchTest, ALentSessionThatTheServerEndsIsNeverLentAgain) {
  const auto pool = started();
  const internal::Ticket first = borrow(*pool);
  ASSERT_TRUE(env_->hang_up(1));
  pool->release(first, Pool::Verdict::kReturn);
  const internal::Ticket second = borrow(*pool);
  EXPECT_EQ(session(second), 2);
  pool->release(second, Pool::Verdict::kReturn);
}

TEST_F(PoolWatchTest, NewsThatComesWhenTheSlotHasAnotherSessionIsNotBlamedOnThat) {
  const auto pool = started();
  const Task late = env_->news_of_hang_up(1);
  pool->release(borrow(*pool), Pool::Verdict::kDiscard);
  env_->run_posted();
  ASSERT_EQ(pool->snapshot().idle, 1);
  late();
  env_->run_posted();
  EXPECT_EQ(pool->snapshot().closed.dead, 0);
  EXPECT_EQ(driver_->dials(), 2);
}

TEST_F(PoolWatchTest, EverySessionIsWatchedUntilItIsClosed) {
  policy_.size = policy_.max_idle = policy_.min_idle = 3;
  const auto pool = started();
  EXPECT_EQ(env_->watched(), 3U);
  pool->bump_generation();
  env_->run_posted();
  EXPECT_EQ(driver_->dials(), 6);
  EXPECT_EQ(env_->watched(), 3U);
  pool->close();
  env_->run_posted();
  EXPECT_EQ(env_->watched(), 0U);
}

TEST_F(PoolWatchTest, AutoLendsAWatchedSessionWithoutAProbeHoweverLongItRested) {
  policy_.validate = policy::Validate::kAuto;
  const auto pool = started();
  env_->advance(1h);
  pool->tick();
  pool->release(borrow(*pool), Pool::Verdict::kReturn);
  EXPECT_EQ(driver_->probes(), 0);
}

TEST_F(PoolWatchTest, NewsAfterThePoolHasGoneIsForNobody) {
  auto pool = started();
  const Task late = env_->news_of_hang_up(1);
  pool.reset();
  late();
  EXPECT_EQ(env_->watched(), 0U);
}

}  // namespace
}  // namespace millpond
