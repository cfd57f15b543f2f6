#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/server_limits.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;

class PostgresLimits : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<PostgresBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static ServerLimits limits_at(const Endpoint& endpoint) {
    const auto connection = backend_->driver()->connect(endpoint, {}, Budget{10s});
    EXPECT_TRUE(connection) << connection.error().message;
    const auto limits = (*connection)->server_limits(Budget{10s});
    EXPECT_TRUE(limits) << limits.error().message;
    EXPECT_EQ((*connection)->reset_need(), ResetNeed::kNone);
    return *limits;
  }

  inline static std::unique_ptr<PostgresBackend> backend_;
};

TEST_F(PostgresLimits, WhatAServerLimitsNotIsAbsent) {
  const ServerLimits limits = limits_at(backend_->endpoint());
  EXPECT_EQ(limits.version + "\n", backend_->server().sql("show server_version"));
  EXPECT_EQ(limits.max_connections, 100);
  EXPECT_EQ(limits.reserved, 3);
  EXPECT_EQ(limits.account_limit, std::nullopt);
  EXPECT_EQ(limits.database_limit, std::nullopt);
  EXPECT_EQ(limits.idle_timeout, std::nullopt);
  EXPECT_FALSE(limits.read_only);
}

TEST_F(PostgresLimits, EachLimitIsReadWhateverRoleTheSessionHasTaken) {
  harness::Postgres server{{.max_connections = 20}};
  server.sql(
      "create role deputy; grant deputy to millpond;"
      "alter role millpond connection limit 7; alter role millpond set idle_session_timeout = "
      "'5min';"
      "alter role millpond set role = 'deputy';"
      "alter role millpond set default_transaction_read_only = on;"
      "alter database millpond connection limit 9");
  Endpoint endpoint = backend_->endpoint();
  endpoint.port = static_cast<std::uint16_t>(server.port());
  const ServerLimits limits = limits_at(endpoint);
  EXPECT_EQ(limits.max_connections, 20);
  EXPECT_EQ(limits.account_limit, 7);
  EXPECT_EQ(limits.database_limit, 9);
  EXPECT_EQ(limits.idle_timeout, 5min);
  EXPECT_TRUE(limits.read_only);

  endpoint.host = server.socket();
  endpoint.user = "postgres";
  const ServerLimits superuser = limits_at(endpoint);
  EXPECT_EQ(superuser.reserved, 0);
  EXPECT_EQ(superuser.account_limit, std::nullopt);
  EXPECT_EQ(superuser.database_limit, std::nullopt);
}

TEST_F(PostgresLimits, AStandbyIsReadOnly) {
  harness::Postgres standby{{.standby = true}};
  ASSERT_EQ(standby.sql("select pg_is_in_recovery()"), "t\n");
  Endpoint endpoint = backend_->endpoint();
  endpoint.port = static_cast<std::uint16_t>(standby.port());
  const ServerLimits limits = limits_at(endpoint);
  EXPECT_TRUE(limits.read_only);
  EXPECT_EQ(limits.max_connections, 100);
}

}  // namespace
}  // namespace millpond::drivers
