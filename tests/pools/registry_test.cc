#include "millpond/pools/registry.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "millpond/tests/harness/fake_driver/fake_driver.h"
#include "millpond/tests/harness/fake_env/fake_env.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;
using harness::Fake;

// A tag of a backend that no pool here has.
struct Redis {
  static constexpr std::string_view kBackend = "redis";
  using Handle = harness::FakeConnection;
  static Handle& handle(drivers::Connection& connection) { return Fake::handle(connection); }
};

class RegistryTest : public testing::Test {
 protected:
  Registry open(std::vector<std::string> names) {
    std::vector<PoolDefinition> definitions;
    for (std::string& name : names) {
      auto policy = test::small_policy(2);
      policy.name = std::move(name);
      definitions.push_back({policy, driver_, {drivers::Endpoint{}}, {}});
    }
    return Registry{"pools.toml", std::move(definitions), env_};
  }

  std::string message_of(const Registry& registry, const std::string& workload) {
    return registry.try_pool<Fake>(workload).error().message();
  }

  std::shared_ptr<harness::FakeDriver> driver_ = std::make_shared<harness::FakeDriver>();
  std::shared_ptr<harness::FakeEnv> env_ = std::make_shared<harness::FakeEnv>();
};

TEST_F(RegistryTest, AWorkloadIsFoundByItsNameAndLendsItsConnections) {
  const Registry registry = open({"orders-write", "catalog"});
  auto orders = registry.pool<Fake>("orders-write");
  const auto lease = orders.acquire({.timeout = 200ms});
  ASSERT_TRUE(lease) << lease.error().message();
  EXPECT_EQ(lease->connection().session, 1);
  EXPECT_EQ(registry.snapshot().at(0).in_use, 1);
  EXPECT_EQ(registry.snapshot().at(1).in_use, 0);
}

TEST_F(RegistryTest, AnUnknownWorkloadIsAnsweredWithTheOnesThereAre) {
  const Registry registry = open({"orders-write", "catalog"});
  EXPECT_EQ(message_of(registry, "order-write"),
            "no workload `order-write` in pools.toml: did you mean `orders-write`?; it defines "
            "`catalog` and `orders-write`");
  EXPECT_EQ(message_of(registry, "x"),
            "no workload `x` in pools.toml; it defines `catalog` and `orders-write`");
  EXPECT_THROW(registry.pool<Fake>("x"), Error);
}

TEST_F(RegistryTest, TheWrongTypeAtTheCallSiteIsToldTheRightOne) {
  const Registry registry = open({"orders-write"});
  const auto wrong = registry.try_pool<Redis>("orders-write");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code(), make_error_code(Errc::kWrongBackend));
  EXPECT_EQ(wrong.error().message(),
            "workload `orders-write` in pools.toml is on fake ([server.orders-db]), but the call "
            "site asks for pool<millpond::Redis>: use pool<millpond::Fake>");
}

TEST_F(RegistryTest, WithBorrowsForOneCallAndGivesBack) {
  const Registry registry = open({"sessions"});
  const int session = registry.with<Fake>("sessions", [](auto& c) { return c.session; });
  EXPECT_EQ(session, 1);
  EXPECT_EQ(registry.snapshot().at(0).idle, 1);
}

TEST_F(RegistryTest, WithGivesTheConnectionUpWhenTheWorkThrows) {
  const Registry registry = open({"sessions"});
  EXPECT_THROW(registry.with<Fake>("sessions", [](auto&) { throw std::runtime_error("no"); }),
               std::runtime_error);
  env_->run_posted();
  EXPECT_EQ(registry.snapshot().at(0).closed.broken, 1);
  EXPECT_EQ(driver_->open(), 0);
}

TEST_F(RegistryTest, ClosingDrainsAndNamesTheWorkloadsStillOut) {
  Registry registry = open({"orders-write", "catalog"});
  auto lease = registry.pool<Fake>("orders-write").acquire();
  ASSERT_TRUE(lease);
  const TimePoint before = env_->now();
  const auto undrained = registry.close();
  ASSERT_EQ(undrained.size(), 1U);
  EXPECT_EQ(undrained[0].workload, "orders-write");
  ASSERT_EQ(undrained[0].holders.size(), 1U);
  EXPECT_EQ(undrained[0].holders[0].age, 10s);
  EXPECT_STREQ(undrained[0].holders[0].site.function, "TestBody");
  EXPECT_EQ(env_->now() - before, 10s);  // its drain_timeout
  EXPECT_TRUE(registry.close().empty());
}

TEST_F(RegistryTest, ALeaseMayOutliveItsRegistry) {
  std::optional<Lease<Fake>> lease;
  {
    const Registry registry = open({"orders-write"});
    lease = *registry.pool<Fake>("orders-write").acquire();
  }
  EXPECT_EQ(lease->connection().session, 1);
  EXPECT_EQ(driver_->open(), 1);
  lease.reset();
  EXPECT_EQ(driver_->open(), 0);
}

TEST_F(RegistryTest, AHandleThatOutlivesItsRegistryIsToldSo) {
  std::optional<PoolHandle<Fake>> handle;
  {
    const Registry registry = open({"orders-write"});
    handle = registry.pool<Fake>("orders-write");
  }
  EXPECT_EQ(handle->acquire().error().code, Errc::kClosed);
}

TEST_F(RegistryTest, TheTickKeepsPoolsFilledWithoutAnybodyAsking) {
  auto policy = test::small_policy(2);
  policy.min_idle = 2;
  for (int i = 0; i < 2; ++i) {
    driver_->fail_next_dial({drivers::ErrorKind::kRefused, "connect", "connection refused"});
  }
  const Registry registry{"pools.toml", {{policy, driver_, {drivers::Endpoint{}}, {}}}, env_};
  env_->run_posted();
  EXPECT_EQ(registry.snapshot().at(0).idle, 0);
  for (int i = 0; i < 3; ++i) {
    env_->advance(50ms);
    env_->run_posted();
  }
  EXPECT_EQ(registry.snapshot().at(0).idle, 2);
}

TEST_F(RegistryTest, ALeaseUsedAfterItWasDiscardedAborts) {
  const Registry registry = open({"orders-write"});
  auto lease = registry.pool<Fake>("orders-write").acquire();
  lease->discard();
  EXPECT_DEATH(lease->connection(), "`orders-write`: a lease was used after it was given back");
}

TEST_F(RegistryTest, AMovedLeaseReturnsOnce) {
  const Registry registry = open({"orders-write"});
  auto pool = registry.pool<Fake>("orders-write");
  auto first = pool.acquire();
  auto second = pool.acquire();
  *first = *std::move(second);  // what `first` held goes back
  EXPECT_EQ(registry.snapshot().at(0).in_use, 1);
  first->discard();
  env_->run_posted();
  EXPECT_EQ(registry.snapshot().at(0).in_use, 0);
  EXPECT_EQ(registry.snapshot().at(0).idle, 1);
}

}  // namespace
}  // namespace millpond
