#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/redis/redis.h"
#include "millpond/drivers/redis/session.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/server_limits.h"
#include "millpond/tests/drivers/redis/redis_backend.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

class RedisLimits : public testing::Test {
 protected:
  std::unique_ptr<Connection> connect(const Endpoint& endpoint) {
    auto connection = backend_.driver()->connect(endpoint, {}, Budget{10s});
    EXPECT_TRUE(connection) << connection.error().message;
    return std::move(*connection);
  }

  Result<ServerLimits> limits_at(const Endpoint& endpoint) {
    const auto connection = connect(endpoint);
    auto limits = connection->server_limits(Budget{10s});
    EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
    return limits;
  }

  ServerLimits limits() {
    const auto read = limits_at(backend_.endpoint());
    EXPECT_TRUE(read) << read.error().message;
    return read.value_or(ServerLimits{});
  }

  // An account that may do everything but `forbidden`.
  Endpoint account_without(const std::string& forbidden) {
    server().command({"ACL", "SETUSER", "shop", "reset", "on", ">wat3r", "~*", "+@all", forbidden});
    Endpoint endpoint = backend_.endpoint();
    endpoint.user = "shop";
    endpoint.password = Secret{"wat3r"};
    return endpoint;
  }

  harness::Redis& server() { return backend_.server(); }
  void configure(const std::string& setting, const std::string& value) {
    server().command({"CONFIG", "SET", setting, value});
  }

  RedisBackend backend_;
};

TEST_F(RedisLimits, AreTheServers) {
  configure("maxclients", "33");
  const ServerLimits unlimited = limits();
  EXPECT_NE(server().command({"INFO", "server"}).find("redis_version:" + unlimited.version + "\r"),
            std::string::npos)
      << unlimited.version;
  EXPECT_EQ(unlimited.max_connections, 33);
  EXPECT_EQ(unlimited.reserved, 0);
  EXPECT_EQ(unlimited.account_limit, std::nullopt);
  EXPECT_EQ(unlimited.database_limit, std::nullopt);
  EXPECT_EQ(unlimited.idle_timeout, std::nullopt);
  EXPECT_FALSE(unlimited.read_only);

  configure("timeout", "700");
  EXPECT_EQ(limits().idle_timeout, 700s);
}

TEST_F(RedisLimits, AServerThatFollowsAnotherIsReadOnlyUnlessItTakesWrites) {
  harness::Redis primary;
  configure("masterauth", harness::kPassword);
  server().command({"REPLICAOF", "127.0.0.1", std::to_string(primary.port())});
  EXPECT_TRUE(limits().read_only);
  configure("replica-read-only", "no");
  EXPECT_FALSE(limits().read_only);
  configure("replica-read-only", "yes");
  server().command({"REPLICAOF", "NO", "ONE"});
  EXPECT_FALSE(limits().read_only);
}

TEST_F(RedisLimits, AServerThatKeepsConfigFromTheAccountTellsTheRestByInfo) {
  configure("maxclients", "34");
  configure("timeout", "700");
  const auto told = limits_at(account_without("-config"));
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(told->version, limits().version);
  EXPECT_EQ(told->max_connections, 34);
  EXPECT_EQ(told->idle_timeout, std::nullopt);
}

TEST_F(RedisLimits, AServerThatRefusesInfoSaysSo) {
  const auto refused = limits_at(account_without("-info"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConfiguration);
  EXPECT_EQ(refused.error().phase, "server limits");
  EXPECT_EQ(refused.error().message.find("INFO: NOPERM"), 0U) << refused.error().message;
}

TEST_F(RedisLimits, AreNotAskedWithinATransaction) {
  const auto connection = connect(backend_.endpoint());
  ASSERT_TRUE(Redis::handle(*connection).command({"MULTI"}));
  const auto queued = connection->server_limits(Budget{10s});
  ASSERT_FALSE(queued);
  EXPECT_EQ(queued.error().kind, ErrorKind::kProtocol) << queued.error().message;
}

}  // namespace
}  // namespace millpond::drivers
