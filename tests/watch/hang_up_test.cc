// Sessions that a real server ends while nobody uses them: pg_terminate_backend, KILL, CLIENT KILL,
// and an nginx that closes its kept-alive connections.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/slot_word.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/snapshot.h"
#include "millpond/tests/drivers/http/http_backend.h"
#include "millpond/tests/drivers/mysql/backend.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/drivers/redis/redis_backend.h"
#include "millpond/tests/pools/policies.h"
#include "millpond/tests/watch/watched_pool.h"

namespace millpond {
namespace {

using std::chrono_literals::operator""s;

// Nothing ticks here: what a pool does, it does because it was told of the hang-up.
template <class Backend>
class HangUp : public testing::Test {
 protected:
  static policy::PoolPolicy policy() {
    policy::PoolPolicy policy = test::small_policy(1);
    policy.min_idle = 1;
    policy.validate = policy::Validate::kAuto;
    policy.validate_after_idle = policy::Duration{1};
    policy.acquire_timeout = 10s;
    return policy;
  }

  // The one session of the pool, borrowed for a moment.
  std::string session() {
    const internal::Ticket ticket = pond_.borrow();
    std::string name = backend_.session_of(pond_.connection(ticket));
    pond_.give_back(ticket);
    return name;
  }

  Backend backend_;
  test::WatchedPool pond_{policy(), backend_.driver(), backend_.endpoint()};
};

using Backends = testing::Types<drivers::PostgresBackend, drivers::MysqlBackend,
                                drivers::RedisBackend, drivers::HttpBackend>;
TYPED_TEST_SUITE(HangUp, Backends);

// Round after round, so that the descriptors of the dead are used again by the living.
TYPED_TEST(HangUp, OfAnIdleSessionReplacesItWithNobodyBorrowing) {
  constexpr std::int64_t kRounds = 5;
  for (std::int64_t round = 1; round <= kRounds; ++round) {
    const std::string session = this->session();
    const std::int64_t acquired = this->pond_.pool().snapshot().acquired;
    this->backend_.end(session);
    ASSERT_TRUE(this->pond_.await([&](const PoolSnapshot& now) {
      return now.closed.dead == round && now.dialed == round + 1 && now.idle == 1;
    })) << this->pond_.pool().snapshot().text();
    EXPECT_EQ(this->pond_.pool().snapshot().acquired, acquired);
  }
  EXPECT_EQ(this->pond_.pool().snapshot().closed.total(), kRounds);
}

TYPED_TEST(HangUp, OfALentSessionKeepsItFromBeingLentAgain) {
  const internal::Ticket ticket = this->pond_.borrow();
  const std::string dead = this->backend_.session_of(this->pond_.connection(ticket));
  this->backend_.end(dead);
  ASSERT_TRUE(
      test::await([&] { return (ticket.slot->word.marks() & internal::kRetireMark) != 0; }));
  this->pond_.give_back(ticket);
  EXPECT_NE(this->session(), dead);
  EXPECT_EQ(this->pond_.pool().snapshot().closed.total(), 1);
}

TYPED_TEST(HangUp, IsAllThatEverWakesTheWatch) {
  const internal::Ticket ticket = this->pond_.borrow();
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_TRUE(this->pond_.connection(ticket).probe(drivers::Budget{10s}));
  }
  EXPECT_EQ(this->pond_.env().peer_watch().wake_ups(), 0);
  const std::string session = this->backend_.session_of(this->pond_.connection(ticket));
  this->pond_.give_back(ticket);
  EXPECT_EQ(this->session(), session) << "and lent without a probe";
  this->backend_.end(session);
  EXPECT_TRUE(test::await([&] { return this->pond_.env().peer_watch().wake_ups() > 0; }));
}

}  // namespace
}  // namespace millpond
