// What the pools of one server know together: which endpoint is down, which password is rejected,
// and who takes writes.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/registry.h"
#include "millpond/pools/snapshot.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"
#include "millpond/tests/harness/fake_env/fake_env.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;
using harness::Fake;
using harness::FakeConnection;

class ServerTroubleTest : public testing::Test {
 protected:
  ServerTroubleTest() {
    policy_.rotation_spare = 1;
    for (const char* host : {"db1", "db2"}) {
      endpoints_.push_back({.host = host, .port = 5432});
    }
  }

  PoolDefinition definition(const std::string& name) {
    policy_.name = name;
    PoolDefinition made{policy_, driver_, endpoints_, {}};
    made.balance = balance_;
    made.look_up = [driver = driver_](const std::string& host) {
      return drivers::Result<std::vector<std::string>>{{driver->address_of(host)}};
    };
    if (password_) {
      made.read_password = [this]() -> tl::expected<drivers::Secret, std::string> {
        return drivers::Secret{*password_};
      };
    }
    return made;
  }
  Registry& open(const std::vector<std::string>& names = {"orders"}) {
    std::vector<PoolDefinition> definitions;
    for (const std::string& name : names) {
      definitions.push_back(definition(name));
    }
    registry_ = std::make_unique<Registry>("pools.toml", std::move(definitions),
                                           std::shared_ptr<Env>(env_));
    env_->run_posted();
    return *registry_;
  }
  // One tick after the other, and what each asks for.
  void pass(std::chrono::milliseconds time) {
    for (auto passed = 0ms; passed < time; passed += 50ms) {
      env_->advance(50ms);
      env_->run_posted();
    }
  }
  PoolHandle<Fake> pool(const char* name = "orders") { return registry_->pool<Fake>(name); }
  std::string host_of_a_lease() {
    auto lease = pool().acquire();
    return lease ? lease->connection().host : lease.error().message();
  }

  policy::PoolPolicy policy_ = test::small_policy(4);
  policy::Balance balance_ = policy::Balance::kFailover;
  std::vector<drivers::Endpoint> endpoints_;
  std::optional<std::string> password_;
  std::shared_ptr<harness::FakeDriver> driver_ = std::make_shared<harness::FakeDriver>();
  std::shared_ptr<harness::FakeEnv> env_ = std::make_shared<harness::FakeEnv>();
  std::unique_ptr<Registry> registry_;
};

TEST_F(ServerTroubleTest, WhatOnePoolLearnsOfAnEndpointAnotherNeedNotFindOut) {
  endpoints_.resize(1);
  driver_->go_down("db1");
  policy_.min_idle = 1;
  open({"orders", "reports"});
  pass(5s);
  const int dials = driver_->dials();
  const auto refused = pool("reports").acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBackendDown);
  EXPECT_EQ(refused.error().report->waited, 0s);
  EXPECT_LE(driver_->dials(), dials + 1);
  EXPECT_NE(refused.error().message().find("connect, refused"), std::string::npos)
      << refused.error().message();
}

TEST_F(ServerTroubleTest, AServerThatListensAgainIsNoticedWithinHalfASecondThoughNobodyAsks) {
  endpoints_.resize(1);
  driver_->go_down("db1");
  open();
  ASSERT_FALSE(pool().acquire());
  pass(60s);
  driver_->come_up("db1");
  pass(500ms);
  EXPECT_TRUE(pool().try_acquire());
}

TEST_F(ServerTroubleTest, TheSnapshotNamesTheEndpointThatIsDown) {
  driver_->go_down("db1");
  policy_.min_idle = 4;
  open();
  pass(10s);
  const PoolSnapshot seen = pool().snapshot();
  ASSERT_EQ(seen.endpoints.size(), 2U);
  EXPECT_TRUE(seen.endpoints[0].down);
  EXPECT_EQ(seen.endpoints[0].sessions, 0);
  EXPECT_FALSE(seen.endpoints[1].down);
  EXPECT_EQ(seen.endpoints[1].sessions, 4);
  EXPECT_NE(seen.text().find("db1:5432 down"), std::string::npos) << seen.text();
}

TEST_F(ServerTroubleTest, SessionsComeHomeWhenTheFirstEndpointReturns) {
  driver_->go_down("db1");
  policy_.min_idle = 4;
  open();
  pass(10s);
  EXPECT_EQ(host_of_a_lease(), "db2");
  driver_->come_up("db1");
  pass(2s);
  EXPECT_EQ(pool().snapshot().endpoints[0].sessions, 4);
  EXPECT_EQ(host_of_a_lease(), "db1");
}

TEST_F(ServerTroubleTest, RoundRobinSpreadsTheSessions) {
  balance_ = policy::Balance::kRoundRobin;
  policy_.min_idle = 4;
  open();
  EXPECT_EQ(pool().snapshot().endpoints[0].sessions, 2);
  EXPECT_EQ(pool().snapshot().endpoints[1].sessions, 2);
}

TEST_F(ServerTroubleTest, ARotatedPasswordCostsOneFailedLoginUntilTheFileHasIt) {
  password_ = "old";
  driver_->set_password("new");
  open({"orders", "reports"});
  const auto refused = pool("orders").acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBackendDown);
  EXPECT_NE(refused.error().message().find("this password is not tried again"), std::string::npos)
      << refused.error().message();
  EXPECT_FALSE(pool("reports").acquire());
  pass(1h);
  EXPECT_EQ(driver_->rejected(), 1);

  password_ = "new";
  pass(1100ms);
  EXPECT_TRUE(pool("orders").acquire());
  EXPECT_TRUE(pool("reports").acquire());
  EXPECT_EQ(driver_->rejected(), 1);
}

TEST_F(ServerTroubleTest, AnOperatorMayHaveARejectedPasswordTriedOnceMore) {
  driver_->set_password("right");
  open();
  ASSERT_FALSE(pool().acquire());
  driver_->set_password("");
  pass(1h);
  EXPECT_EQ(driver_->rejected(), 1);
  ASSERT_FALSE(pool().acquire());
  pool().recycle();
  EXPECT_TRUE(pool().acquire());
}

TEST_F(ServerTroubleTest, SessionsOfTheOldPasswordAreReplacedOneByOneWhileEverybodyIsServed) {
  password_ = "old";
  policy_.min_idle = 4;
  open();
  ASSERT_EQ(driver_->dials(), 4);
  password_ = "new";
  for (auto passed = 0s; passed < 32s; passed += 1s) {
    EXPECT_TRUE(pool().acquire());
    EXPECT_GE(driver_->open(), 4);
    pass(1s);
  }
  EXPECT_EQ(driver_->dials(), 8);
  EXPECT_EQ(driver_->endpoints().back().password.reveal(), "new");
}

TEST_F(ServerTroubleTest, SessionsFollowANameToItsNewAddressOneByOne) {
  driver_->move("db1", "10.0.0.1");
  policy_.min_idle = 4;
  open();
  pass(120s);
  ASSERT_EQ(driver_->dials(), 4);
  driver_->move("db1", "10.0.0.2");
  pass(60s);  // it may be back by then
  EXPECT_EQ(driver_->dials(), 4);
  for (auto passed = 0s; passed < 90s; passed += 1s) {
    EXPECT_GE(driver_->open(), 4);
    pass(1s);
  }
  EXPECT_EQ(driver_->dials(), 8);
  auto lease = pool().acquire();
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->connection().address, "10.0.0.2");
}

TEST_F(ServerTroubleTest, ANameThatAlternatesBetweenItsAddressesMovesNobody) {
  driver_->move("db1", "10.0.0.1");
  policy_.min_idle = 4;
  open();
  for (int turn = 0; turn < 10; ++turn) {
    driver_->move("db1", turn % 2 == 0 ? "10.0.0.1" : "10.0.0.2");
    pass(30s);
  }
  EXPECT_EQ(driver_->dials(), 4);
}

TEST_F(ServerTroubleTest, AfterARefusedWriteOnlyAServerThatTakesThemIsLent) {
  open();
  EXPECT_EQ(host_of_a_lease(), "db1");
  driver_->refuse_writes("db1");
  EXPECT_EQ(host_of_a_lease(), "db1");  // nobody has written yet
  {
    auto lease = pool().acquire();
    ASSERT_TRUE(lease);
    lease->connection().note_refused_write();
    lease->connection().broken = true;
  }
  env_->run_posted();
  EXPECT_EQ(host_of_a_lease(), "db2");
  pass(1h);
  EXPECT_EQ(host_of_a_lease(), "db2");
}

TEST_F(ServerTroubleTest, WhereNobodyTakesWritesTheCallerIsToldWhy) {
  endpoints_.resize(1);
  open();
  driver_->refuse_writes("db1");
  {
    auto lease = pool().acquire();
    ASSERT_TRUE(lease);
    lease->connection().note_refused_write();
    lease->connection().broken = true;
  }
  env_->run_posted();
  const auto refused = pool().acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBackendDown);
  EXPECT_NE(refused.error().message().find("the server takes no writes"), std::string::npos)
      << refused.error().message();
}

}  // namespace
}  // namespace millpond
