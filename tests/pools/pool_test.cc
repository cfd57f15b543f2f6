#include "millpond/pools/pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "millpond/drivers/secret.h"
#include "millpond/pools/acquire.h"
#include "millpond/pools/call_site.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"
#include "millpond/tests/harness/fake_env/fake_env.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;
using drivers::ErrorKind;

class PoolTest : public testing::Test {
 protected:
  std::shared_ptr<Pool> make_pool(std::int64_t size = 2) {
    policy_.size = size;
    return std::make_shared<Pool>(PoolDefinition{policy_, driver_, {drivers::Endpoint{}}, {}},
                                  env_);
  }

  harness::FakeConnection& at(Pool& pool, const internal::Ticket& ticket) {
    return harness::Fake::handle(pool.connection(*ticket.slot));
  }

  // Borrowed by a thread that has gone since: what the test's own thread waits for is no deadlock.
  static internal::Ticket hold(Pool& pool) {
    pool.release(*acquire(pool, {}), Pool::Verdict::kReturn);
    internal::Ticket ticket;
    std::thread([&] { ticket = *acquire(pool, {}); }).join();
    return ticket;
  }

  // As PoolHandle does.
  static Result<internal::Ticket, AcquireError> acquire(Pool& pool, const AcquireOptions& options) {
    const CallSite site{"shop.cc", "checkout", 31};
    if (const internal::Ticket ticket = pool.take(site)) {
      return ticket;
    }
    return pool.wait_for_one(options, site);
  }
  static Result<internal::Ticket, AcquireError> try_acquire(Pool& pool) {
    const CallSite site{"shop.cc", "checkout", 31};
    if (const internal::Ticket ticket = pool.take(site)) {
      return ticket;
    }
    return pool.find_one(site);
  }

  policy::PoolPolicy policy_ = test::small_policy(2);
  std::shared_ptr<harness::FakeDriver> driver_ = std::make_shared<harness::FakeDriver>();
  std::shared_ptr<harness::FakeEnv> env_ = std::make_shared<harness::FakeEnv>();
};

TEST_F(PoolTest, AnAcquireDialsAndReturnsTheSameConnectionNextTime) {
  const auto pool = make_pool();
  const auto first = acquire(*pool, {});
  ASSERT_TRUE(first) << first.error().message();
  const int session = at(*pool, *first).session;
  pool->release(*first, Pool::Verdict::kReturn);
  const auto second = acquire(*pool, {});
  ASSERT_TRUE(second);
  EXPECT_EQ(at(*pool, *second).session, session);
  EXPECT_EQ(driver_->dials(), 1);
  pool->release(*second, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, APasswordIsReadBeforeEachDial) {
  PoolDefinition definition{policy_, driver_, {drivers::Endpoint{}}, {}};
  definition.read_password = [count = 0]() mutable -> tl::expected<drivers::Secret, std::string> {
    return drivers::Secret{"version " + std::to_string(++count)};
  };
  const auto pool = std::make_shared<Pool>(definition, env_);
  const auto first = acquire(*pool, {});
  const auto second = acquire(*pool, {});
  ASSERT_TRUE(first && second);
  EXPECT_EQ(driver_->endpoints()[0].password.reveal(), "version 1");
  EXPECT_EQ(driver_->endpoints()[1].password.reveal(), "version 2");
  pool->release(*first, Pool::Verdict::kReturn);
  pool->release(*second, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, APasswordThatCannotBeReadIsTheReasonACallerIsGiven) {
  PoolDefinition definition{policy_, driver_, {drivers::Endpoint{}}, {}};
  definition.read_password = []() -> tl::expected<drivers::Secret, std::string> {
    return tl::unexpected<std::string>("secret file /run/orders cannot be read");
  };
  const auto pool = std::make_shared<Pool>(definition, env_);
  const auto refused = acquire(*pool, {.timeout = 100ms});
  ASSERT_FALSE(refused);
  EXPECT_EQ(driver_->dials(), 0);
  EXPECT_NE(refused.error().message().find("secret file /run/orders cannot be read"),
            std::string::npos)
      << refused.error().message();
}

class SeveralEndpoints : public PoolTest {
 protected:
  std::shared_ptr<Pool> make_pool_of_two() {
    const drivers::Endpoint first{.host = "db1", .port = 5432};
    const drivers::Endpoint second{.host = "db2", .port = 5432};
    return std::make_shared<Pool>(PoolDefinition{policy_, driver_, {first, second}, {}}, env_);
  }
  std::string dialled() const {
    std::string hosts;
    for (const drivers::Endpoint& endpoint : driver_->endpoints()) {
      hosts += endpoint.host + " ";
    }
    return hosts;
  }
};

TEST_F(SeveralEndpoints, TheNextIsAskedWhereTheFirstCannotServe) {
  const auto pool = make_pool_of_two();
  driver_->fail_next_dial({drivers::ErrorKind::kRefused, "connect", "nobody listens"});
  const auto lease = acquire(*pool, {});
  ASSERT_TRUE(lease);
  EXPECT_EQ(dialled(), "db1 db2 ");
  pool->release(*lease, Pool::Verdict::kReturn);
}

TEST_F(SeveralEndpoints, NobodyElseIsAskedAboutAWrongPassword) {
  const auto pool = make_pool_of_two();
  driver_->fail_next_dial({drivers::ErrorKind::kAuthentication, "authenticate", "wrong password"});
  EXPECT_FALSE(acquire(*pool, {.timeout = 100ms}));
  EXPECT_EQ(dialled(), "db1 ");
}

TEST_F(PoolTest, StartFillsUpToMinIdleInTheBackground) {
  policy_.min_idle = 2;
  const auto pool = make_pool();
  pool->start();
  EXPECT_EQ(driver_->dials(), 0);
  env_->run_posted();
  EXPECT_EQ(pool->snapshot().idle, 2);
}

TEST_F(PoolTest, TheDeadlineIsExactAndTheMessageSaysWhoHoldsWhatAndWhatToDo) {
  const auto pool = make_pool(1);
  const internal::Ticket held = hold(*pool);
  const auto thread = std::to_string(held.slot->holder.load());
  const TimePoint before = env_->now();
  const auto refused = acquire(*pool, {.timeout = 200ms});
  ASSERT_FALSE(refused);
  EXPECT_EQ(env_->now() - before, 200ms);
  EXPECT_EQ(refused.error().message(),
            "workload `orders-write`: no connection within the acquire timeout (waited 200ms for a "
            "return): 1 of 1 in use, 0 idle; held by shop.cc:31 checkout(), thread " +
                thread +
                ", for 200ms; every connection is in use: hold each for less time, or raise size "
                "in [pool.orders-write]");
  pool->release(held, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, AThreadThatHoldsTheLastConnectionIsToldThatItWaitsForItself) {
  const auto pool = make_pool(1);
  const auto held = acquire(*pool, {});
  const TimePoint before = env_->now();
  const auto refused = acquire(*pool, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kDeadlock);
  EXPECT_EQ(env_->now(), before);
  EXPECT_EQ(pool->snapshot().nested, 1);
  pool->release(*held, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, AWaitEndsWhenItsCallerAsksForIt) {
  const auto pool = make_pool(1);
  const internal::Ticket held = hold(*pool);
  std::stop_source stop;
  Errc code{};
  std::thread caller(
      [&] { code = acquire(*pool, {.timeout = 1h, .stop = stop.get_token()}).error().code; });
  ASSERT_TRUE(env_->await_parked(1));
  stop.request_stop();
  caller.join();
  EXPECT_EQ(code, Errc::kCancelled);
  EXPECT_EQ(pool->snapshot().waiting, 0);
  pool->release(held, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, AnErrorSaysHowManyWereBefore) {
  const auto pool = make_pool(1);
  const internal::Ticket held = hold(*pool);
  std::thread first([&] { EXPECT_FALSE(acquire(*pool, {.timeout = 2s})); });
  ASSERT_TRUE(env_->await_parked(1));
  std::size_t ahead = 0;
  std::thread second([&] { ahead = acquire(*pool, {.timeout = 1s}).error().report->ahead; });
  ASSERT_TRUE(env_->await_parked(2));
  env_->advance(1s);
  second.join();
  EXPECT_EQ(ahead, 1U);
  env_->advance(1s);
  first.join();
  pool->release(held, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, ALeaseUsedAfterItsReturnAbortsWithThePoolsState) {
  const auto pool = make_pool(1);
  const auto ticket = acquire(*pool, {});
  pool->release(*ticket, Pool::Verdict::kReturn);
  EXPECT_DEATH(pool->release(*ticket, Pool::Verdict::kReturn),
               "orders-write.*after it was given back; 0 of 1 in use");
  const auto next = acquire(*pool, {});
  EXPECT_DEATH(pool->release(*ticket, Pool::Verdict::kReturn), "after it was given back");
  pool->release(*next, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, ASmallerSizeIsReachedAsConnectionsComeBack) {
  const auto pool = make_pool(2);
  const auto first = acquire(*pool, {});
  const auto second = acquire(*pool, {});
  pool->resize(1);
  pool->release(*first, Pool::Verdict::kReturn);
  pool->release(*second, Pool::Verdict::kReturn);
  env_->run_posted();
  EXPECT_EQ(driver_->open(), 1);
  EXPECT_EQ(pool->snapshot().size, 1);
  pool->resize(3);
  std::vector<internal::Ticket> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(*acquire(*pool, {}));
  }
  EXPECT_EQ(driver_->open(), 3);
  for (const auto& ticket : held) {
    pool->release(ticket, Pool::Verdict::kReturn);
  }
}

TEST_F(PoolTest, ANewGenerationReplacesEveryConnection) {
  const auto pool = make_pool(1);
  pool->release(*acquire(*pool, {}), Pool::Verdict::kReturn);
  pool->bump_generation();
  env_->run_posted();
  const auto slot = acquire(*pool, {});
  EXPECT_EQ(at(*pool, *slot).session, 2);
  pool->release(*slot, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, AHostThatAcceptsAndNeverAnswersCostsTheCallerItsDeadlineAndNoMore) {
  const auto pool = make_pool(1);
  std::string message;
  const TimePoint before = env_->now();
  std::thread caller([&] { message = acquire(*pool, {.timeout = 200ms}).error().message(); });
  ASSERT_TRUE(env_->await_parked(1));  // its dial is posted and never answered
  env_->advance(199ms);
  ASSERT_TRUE(env_->await_parked(1));
  env_->advance(1ms);
  caller.join();
  EXPECT_EQ(env_->now() - before, 200ms);
  EXPECT_EQ(message,
            "workload `orders-write`: no connection within the acquire timeout (waited 200ms for a "
            "dial): "
            "0 of 1 in use, 0 idle, 1 dialing; connections were still being opened or checked: the "
            "server answers slowly, or min_idle in [pool.orders-write] is too low for this burst");
  env_->run_posted();
}

TEST_F(PoolTest, ARefusedPortIsTriedUntilTheDeadlineAndNamedInTheMessage) {
  const auto pool = make_pool(1);
  for (int i = 0; i < 100; ++i) {
    driver_->fail_next_dial({ErrorKind::kRefused, "connect", "127.0.0.1:1: connection refused"});
  }
  const auto refused = acquire(*pool, {.timeout = 10ms});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kTimeout);
  EXPECT_EQ(
      refused.error().message(),
      "workload `orders-write`: no connection within the acquire timeout (waited 10ms for a dial): "
      "0 of 1 in use, 0 idle; last backend error (10ms ago, connect, refused): 127.0.0.1:1: "
      "connection refused; no connection could be opened: check the endpoint of "
      "[server.orders-db]; it is tried again in the background");
}

TEST_F(PoolTest, AWrongPasswordIsReportedAtOnceRatherThanAtTheDeadline) {
  const auto pool = make_pool(1);
  driver_->fail_next_dial({ErrorKind::kAuthentication, "authenticate", "password rejected"});
  const TimePoint before = env_->now();
  const auto refused = acquire(*pool, {.timeout = 5s});
  ASSERT_FALSE(refused);
  EXPECT_EQ(env_->now(), before);
  EXPECT_EQ(
      refused.error().message(),
      "workload `orders-write`: the backend refuses every connection (waited 0s for a dial): "
      "0 of 1 in "
      "use, 0 idle; last backend error (0s ago, authenticate, authentication): password "
      "rejected; this password is not tried again, so that no account is locked: put the right "
      "one where [server.orders-db] takes it from");
}

TEST_F(PoolTest, AWaiterIsWokenByTheReturnOfAConnection) {
  const auto pool = make_pool(1);
  const auto held = acquire(*pool, {});
  ASSERT_TRUE(held);
  bool served = false;
  std::thread caller([&] {
    const auto slot = acquire(*pool, {.timeout = 1h});
    served = slot.has_value();
    pool->release(*slot, Pool::Verdict::kReturn);
  });
  ASSERT_TRUE(env_->await_parked(1));
  pool->release(*held, Pool::Verdict::kReturn);
  caller.join();
  EXPECT_TRUE(served);
}

TEST_F(PoolTest, ADiscardedConnectionIsClosedAndReplaced) {
  const auto pool = make_pool(1);
  const auto first = acquire(*pool, {});
  const int session = at(*pool, *first).session;
  pool->release(*first, Pool::Verdict::kDiscard);
  const auto second = acquire(*pool, {});
  ASSERT_TRUE(second);
  EXPECT_NE(at(*pool, *second).session, session);
  EXPECT_EQ(driver_->most_open(), 1);
  pool->release(*second, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, AConnectionItsDriverCallsUnusableIsNotLentAgain) {
  const auto pool = make_pool(1);
  const auto first = acquire(*pool, {});
  at(*pool, *first).broken = true;
  pool->release(*first, Pool::Verdict::kReturn);
  env_->run_posted();
  EXPECT_EQ(driver_->open(), 0);
  EXPECT_EQ(pool->snapshot().closed.broken, 1);
}

TEST_F(PoolTest, TheResetPolicyDecidesWhatHappensAtReturn) {
  struct Row {
    policy::Reset reset;
    drivers::ResetNeed need;
    int resets;
  };
  for (const Row& row : {Row{policy::Reset::kNone, drivers::ResetNeed::kSession, 0},
                         Row{policy::Reset::kAuto, drivers::ResetNeed::kNone, 0},
                         Row{policy::Reset::kAuto, drivers::ResetNeed::kSession, 1},
                         Row{policy::Reset::kTransaction, drivers::ResetNeed::kTransaction, 1},
                         Row{policy::Reset::kFull, drivers::ResetNeed::kNone, 1}}) {
    driver_ = std::make_shared<harness::FakeDriver>();
    policy_.reset = row.reset;
    const auto pool = make_pool(1);
    const auto slot = acquire(*pool, {});
    at(*pool, *slot).need = row.need;
    pool->release(*slot, Pool::Verdict::kReturn);
    env_->run_posted();
    EXPECT_EQ(driver_->resets(), row.resets);
    EXPECT_EQ(pool->snapshot().idle, 1);
  }
}

TEST_F(PoolTest, AFailedProbeReplacesTheConnectionBeforeTheCallerSeesIt) {
  policy_.validate = policy::Validate::kAlways;
  const auto pool = make_pool(1);
  pool->release(*acquire(*pool, {}), Pool::Verdict::kReturn);
  driver_->fail_next_probe({ErrorKind::kBroken, "probe", "connection reset by peer"});
  const auto slot = acquire(*pool, {});
  ASSERT_TRUE(slot) << slot.error().message();
  EXPECT_EQ(driver_->dials(), 2);
  pool->release(*slot, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, TryAcquireNeverWaits) {
  const auto pool = make_pool(1);
  const TimePoint before = env_->now();
  const auto none = try_acquire(*pool);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::kNoneIdle);
  EXPECT_EQ(env_->now(), before);
  env_->run_posted();
  const auto slot = try_acquire(*pool);
  ASSERT_TRUE(slot);
  pool->release(*slot, Pool::Verdict::kReturn);
}

TEST_F(PoolTest, ClosingWaitsForLeasesUntilItsDeadlineAndForgetsNone) {
  const auto pool = make_pool(2);
  const auto held = acquire(*pool, {});
  pool->close();
  EXPECT_FALSE(pool->await_closed(env_->now() + 10s));
  EXPECT_EQ(acquire(*pool, {}).error().code, Errc::kClosed);
  pool->release(*held, Pool::Verdict::kReturn);
  EXPECT_TRUE(pool->await_closed(env_->now() + 10s));
  EXPECT_EQ(driver_->open(), 0);
}

TEST_F(PoolTest, AFullQueueRefusesAtOnceAndSaysSo) {
  policy_.max_waiters = 1;
  const auto pool = make_pool(1);
  const internal::Ticket held = hold(*pool);
  const auto thread = std::to_string(held.slot->holder.load());
  std::thread waiting([&] { EXPECT_FALSE(acquire(*pool, {.timeout = 1s})); });
  ASSERT_TRUE(env_->await_parked(1));
  const auto refused = acquire(*pool, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(),
            "workload `orders-write`: too many callers wait already (waited 0s): 1 of 1 in use, 0 "
            "idle, 1 others waiting; held by shop.cc:31 checkout(), thread " +
                thread +
                ", for 0s; the queue is full: shed load earlier, or raise max_waiters in "
                "[pool.orders-write]");
  env_->advance(1s);
  waiting.join();
  pool->release(held, Pool::Verdict::kReturn);
}

}  // namespace
}  // namespace millpond
