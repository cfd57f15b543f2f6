#include "millpond/pools/internal/real_env.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "millpond/pools/internal/parked_waiter.h"
#include "millpond/pools/registry.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;
using harness::Fake;

TEST(RealEnv, RunsPostedTasksOnOtherThreadsAndTimedOnesWhenTheyAreDue) {
  const auto env = internal::make_real_env(2);
  std::promise<std::thread::id> posted;
  std::promise<TimePoint> timed;
  const TimePoint due = env->clock().now() + 5ms;
  ASSERT_TRUE(env->executor().post([&] { posted.set_value(std::this_thread::get_id()); }));
  ASSERT_TRUE(env->executor().post_at(due, [&] { timed.set_value(env->clock().now()); }));
  EXPECT_NE(posted.get_future().get(), std::this_thread::get_id());
  EXPECT_GE(timed.get_future().get(), due);
}

TEST(RealEnv, AStoppedExecutorHasRunEverythingItAcceptedAndAcceptsNoMore) {
  const auto env = internal::make_real_env(3);
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(env->executor().post([&] { ++ran; }));
  }
  env->executor().stop();
  EXPECT_EQ(ran.load(), 100);
  EXPECT_FALSE(env->executor().post([&] { ++ran; }));
}

TEST(RealEnv, AParkedWaiterLeavesAtItsDeadlineAndAtItsCompletion) {
  const auto env = internal::make_real_env(1);
  internal::ParkedWaiter late(env->clock());
  const TimePoint deadline = env->clock().now() + 2ms;
  EXPECT_EQ(late.await(internal::ParkedWaiter::kDone, deadline), 0U);
  EXPECT_GE(env->clock().now(), deadline);

  internal::ParkedWaiter served(env->clock());
  env->executor().post([&] { served.tell(served, internal::Waiter::News::kDone); });
  served.await(internal::ParkedWaiter::kDone);
}

constexpr int kThreads = 8;
constexpr int kRounds = 2000;

// One caller's life: some connections are given up, some are left dirty.
void borrow_repeatedly(const PoolHandle<Fake>& handle, int thread) {
  for (int i = 0; i < kRounds; ++i) {
    auto lease = handle.acquire();
    ASSERT_TRUE(lease) << lease.error().message();
    harness::FakeConnection& connection = lease->connection();
    ASSERT_EQ(++connection.users, 1);
    --connection.users;
    if ((i + thread) % 97 == 0) {
      lease->discard();
    } else if ((i + thread) % 11 == 0) {
      connection.need = drivers::ResetNeed::kSession;
    }
  }
}

// The whole pool on real threads: nobody shares a connection, nobody is forgotten, and everything
// is closed at the end. Meant for the thread sanitizer too.
TEST(RealEnv, ThreadsShareAPoolWithoutEverSharingAConnection) {
  const auto driver = std::make_shared<harness::FakeDriver>();
  auto policy = test::small_policy(3);
  policy.acquire_timeout = 1min;
  policy.reset = policy::Reset::kAuto;
  policy.max_uses = 50;
  {
    const Registry registry{"pools.toml", {{policy, driver, {drivers::Endpoint{}}, {}}}};
    auto handle = registry.pool<Fake>(policy.name);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&handle, t] { borrow_repeatedly(handle, t); });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    EXPECT_EQ(registry.snapshot().at(0).acquired, kThreads * kRounds);
  }
  EXPECT_EQ(driver->open(), 0);
  EXPECT_LE(driver->most_open(), 3);
}

}  // namespace
}  // namespace millpond
