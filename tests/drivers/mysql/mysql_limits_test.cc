#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/mysql/driver.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/server_limits.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

ServerLimits limits_of(harness::MariaDb& server) {
  const Endpoint endpoint{.host = "127.0.0.1",
                          .port = static_cast<std::uint16_t>(server.port()),
                          .path = harness::kDatabase,
                          .user = harness::kUser,
                          .password = Secret{harness::kPassword}};
  const auto connection = make_mysql_driver()->connect(endpoint, {}, Budget{10s});
  EXPECT_TRUE(connection) << connection.error().message;
  const auto limits = (*connection)->server_limits(Budget{10s});
  EXPECT_TRUE(limits) << limits.error().message;
  EXPECT_EQ((*connection)->reset_need(), ResetNeed::kNone);
  return limits.value_or(ServerLimits{});
}

TEST(MysqlServerLimits, AreTheServersAndTheAccounts) {
  harness::MariaDb server{{.max_connections = 33, .arguments = {"--wait-timeout=700"}}};
  const ServerLimits limits = limits_of(server);
  EXPECT_NE(limits.version.find("MariaDB"), std::string::npos) << limits.version;
  EXPECT_EQ(limits.max_connections, 33);
  EXPECT_FALSE(limits.account_limit);
  EXPECT_EQ(limits.idle_timeout, 700s);
  EXPECT_FALSE(limits.read_only);

  server.sql(
      "alter user millpond@'127.0.0.1' with max_user_connections 7;"
      "set global read_only = 1");
  const ServerLimits narrowed = limits_of(server);
  EXPECT_EQ(narrowed.account_limit, 7);
  EXPECT_TRUE(narrowed.read_only);
}

}  // namespace
}  // namespace millpond::drivers
