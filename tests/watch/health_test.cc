// Sessions that fall silent while nobody uses them: nothing hangs up, so that only a probe shows
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/call_site.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/snapshot.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/drivers/redis/redis_backend.h"
#include "millpond/tests/pools/policies.h"
#include "millpond/tests/watch/silent_path.h"
#include "millpond/tests/watch/watched_pool.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;

policy::PoolPolicy full_pool(std::int64_t size) {
  policy::PoolPolicy policy = test::small_policy(size);
  policy.min_idle = size;
  policy.validate = policy::Validate::kAuto;
  policy.acquire_timeout = 10s;
  policy.backoff_cap = 200ms;
  return policy;
}

// Every session of the pool, borrowed at once and given back.
template <class Backend>
std::vector<std::string> all_sessions(const Backend& backend, test::WatchedPool& pond) {
  std::vector<internal::Ticket> tickets;
  for (std::int64_t i = 0; i < pond.pool().policy().size; ++i) {
    tickets.push_back(pond.borrow());
  }
  std::vector<std::string> sessions;
  for (const internal::Ticket& ticket : tickets) {
    sessions.push_back(backend.session_of(test::WatchedPool::connection(ticket)));
    pond.give_back(ticket);
  }
  return sessions;
}

TEST(HealthTest, AFrozenBackendIsReplacedAndCostsTheOthersNoMoreThanAProbe) {
  drivers::PostgresBackend backend;
  policy::PoolPolicy policy = full_pool(4);
  policy.health_interval = 500ms;
  policy.validate_timeout = 300ms;
  test::WatchedPool pond(policy, backend.driver(), backend.endpoint());
  const std::vector<std::string> before = all_sessions(backend, pond);

  backend.freeze(before[1]);
  pond.start_ticking();
  EXPECT_TRUE(pond.await([](const PoolSnapshot& now) {
    return now.closed.broken == 1 && now.dialed == 5 && now.idle == 4;
  })) << pond.pool().snapshot().text();

  const std::vector<std::string> after = all_sessions(backend, pond);
  EXPECT_EQ(std::ranges::count(after, before[1]), 0);
  for (const std::size_t healthy : {0, 2, 3}) {
    EXPECT_EQ(std::ranges::count(after, before[healthy]), 1);
  }
  backend.thaw(before[1]);
}

// Ten idle sessions whose server or path stops answering while every socket stays open: noticed
// within health_interval and validate_timeout, and from then on none is lent unproven.
void expect_noticed(test::WatchedPool& pond, const std::function<void()>& fall_silent,
                    const std::function<void()>& speak_again) {
  const auto silent_since = std::chrono::steady_clock::now();
  fall_silent();
  ASSERT_TRUE(pond.await([](const PoolSnapshot& now) { return now.closed.broken > 0; }));
  // On a machine that is busy with other tests, a tick and a thread come later than they should.
  EXPECT_LE(std::chrono::steady_clock::now() - silent_since, 3s + 500ms);

  const auto until = std::chrono::steady_clock::now() + 1s;
  while (std::chrono::steady_clock::now() < until) {
    ASSERT_FALSE(pond.pool().take(CallSite::here())) << "lent though nobody knows whether it lives";
  }
  EXPECT_FALSE(pond.pool().find_one(CallSite::here()));
  EXPECT_EQ(pond.env().peer_watch().wake_ups(), 0) << "no end had told";

  speak_again();
  ASSERT_TRUE(pond.await([](const PoolSnapshot& now) { return now.idle == 10; }))
      << pond.pool().snapshot().text();
  const internal::Ticket ticket = pond.borrow();
  EXPECT_TRUE(test::WatchedPool::connection(ticket).probe(drivers::Budget{1s}));
  pond.give_back(ticket);
}

policy::PoolPolicy ten_checked_sessions() {
  policy::PoolPolicy policy = full_pool(10);
  policy.health_interval = 2s;
  policy.validate_timeout = 1s;
  policy.connect_timeout = 1s;
  return policy;
}

TEST(HealthTest, AServerThatFallsSilentIsNoticedInTimeAndNoSessionIsLentUnprovenAfterThat) {
  drivers::RedisBackend backend;
  test::WatchedPool pond(ten_checked_sessions(), backend.driver(), backend.endpoint());
  all_sessions(backend, pond);
  pond.start_ticking();
  expect_noticed(
      pond, [&] { backend.freeze({}); }, [&] { backend.thaw({}); });
}

TEST(HealthTest, APathThatFallsSilentIsNoticedInTimeAndNoSessionIsLentUnprovenAfterThat) {
  drivers::PostgresBackend backend;
  test::SilentPath path(backend.server().port());
  drivers::Endpoint endpoint = backend.endpoint();
  endpoint.port = path.port();
  test::WatchedPool pond(ten_checked_sessions(), backend.driver(), endpoint);
  all_sessions(backend, pond);
  pond.start_ticking();
  expect_noticed(
      pond, [&] { path.fall_silent(); }, [&] { path.speak_again(); });
}

}  // namespace
}  // namespace millpond
