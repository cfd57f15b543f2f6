#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

class PostgresUnix : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<PostgresBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static Endpoint endpoint() {
    Endpoint endpoint = backend_->endpoint();
    endpoint.host = backend_->server().socket();
    endpoint.password = {};
    return endpoint;
  }

  static Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint) {
    return backend_->driver()->connect(endpoint, {.tcp_user_timeout = 5s}, Budget{10s});
  }

  inline static std::unique_ptr<PostgresBackend> backend_;
};

TEST_F(PostgresUnix, ConnectsProbesAndResets) {
  const auto connection = connect(endpoint());
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(value_of(**connection,
                     "select client_addr is null from pg_stat_activity "
                     "where pid = pg_backend_pid()"),
            "t");
  EXPECT_TRUE((*connection)->probe(Budget{10s}));
  execute(**connection, "set search_path = elsewhere");
  EXPECT_EQ((*connection)->reset_need(), ResetNeed::kSession);
  EXPECT_TRUE((*connection)->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_NE(value_of(**connection, "show search_path"), "elsewhere");
  EXPECT_GE((*connection)->watch_fd(), 0);
}

TEST_F(PostgresUnix, ASocketThatIsNotThereIsNamed) {
  Endpoint nobody = endpoint();
  nobody.port = static_cast<std::uint16_t>(nobody.port + 1);
  nobody.host = nobody.host.substr(0, nobody.host.rfind('.') + 1) + std::to_string(nobody.port);
  const auto connection = connect(nobody);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kRefused) << connection.error().message;
  EXPECT_EQ(connection.error().phase, "connect");
  EXPECT_NE(connection.error().message.find(nobody.host), std::string::npos)
      << connection.error().message;
}

TEST_F(PostgresUnix, TlsOverASocketIsRefusedRatherThanLeftOut) {
  Endpoint encrypted = endpoint();
  encrypted.tls.mode = TlsMode::kRequire;
  const auto connection = connect(encrypted);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kConfiguration) << connection.error().message;
  EXPECT_EQ(connection.error().phase, "connect");
}

TEST_F(PostgresUnix, AFolderThatLibpqWouldTakeForTwoHostsIsRefused) {
  Endpoint comma = endpoint();
  comma.host = "/tmp/a,localhost/.s.PGSQL.5432";
  const auto connection = connect(comma);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kConfiguration) << connection.error().message;
}

}  // namespace
}  // namespace millpond::drivers
