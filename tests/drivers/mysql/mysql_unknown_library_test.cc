// The driver with a version of Connector/C++ that it does not know: coarser, and as safe.
#include <cppconn/exception.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/mysql/driver.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/drivers/mysql/native_access.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/drivers/mysql/backend.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class UnknownLibrary : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<MysqlBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static Result<std::unique_ptr<Connection>> dial(const Endpoint& endpoint) {
    const SessionSettings settings{.statement_timeout = 700ms, .read_timeout = 1s};
    return make_mysql_driver(NativeAccess::kNever)->connect(endpoint, settings, Budget{10s});
  }

  static std::unique_ptr<Connection> connected() {
    auto connection = dial(backend_->endpoint());
    if (!connection) {
      throw std::runtime_error{connection.error().message};
    }
    return std::move(*connection);
  }

  inline static std::unique_ptr<MysqlBackend> backend_;
};

TEST_F(UnknownLibrary, ASessionIsSetUpAndProbed) {
  const auto connection = connected();
  EXPECT_EQ(connection->watch_fd(), -1);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_TRUE(connection->probe(Budget{10s}));
  EXPECT_TRUE(connection->server_limits(Budget{10s}));
  EXPECT_EQ(value_of(*connection, "select @@max_statement_time"), "0.700000");
}

TEST_F(UnknownLibrary, AnyUseNeedsAResetAndAResetCannotBeHad) {
  const auto connection = connected();
  EXPECT_EQ(value_of(*connection, "select 1"), "1");
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  const auto done = connection->reset(ResetNeed::kSession, Budget{10s});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "this version of Connector/C++ can't reset a session");
  EXPECT_FALSE(connection->reusable());
}

TEST_F(UnknownLibrary, ATransactionAloneIsRolledBack) {
  backend_->server().sql("create or replace table millpond.t(n int)");
  const auto connection = connected();
  run(*connection, "begin");
  run(*connection, "insert into t values (1)");
  ASSERT_TRUE(connection->reset(ResetNeed::kTransaction, Budget{10s}));
  EXPECT_EQ(value_of(*connection, "select count(*) from t"), "0");
}

TEST_F(UnknownLibrary, ASessionThatEndedFailsItsProbeAndStaysDead) {
  const auto connection = connected();
  backend_->end(backend_->session_of(*connection));
  EXPECT_FALSE(connection->probe(Budget{10s}));
  EXPECT_FALSE(connection->reusable());
  EXPECT_FALSE(connection->probe(Budget{10s}));
}

TEST_F(UnknownLibrary, ABorrowersCloseIsSeen) {
  const auto connection = connected();
  Mysql::handle(*connection).close();
  EXPECT_FALSE(connection->reusable());
}

TEST_F(UnknownLibrary, AFrozenServerCostsTheReadTimeout) {
  const auto connection = connected();
  backend_->freeze({});
  const auto start = Budget::Clock::now();
  const auto probed = connection->probe(Budget{100ms});
  const auto elapsed = Budget::Clock::now() - start;
  backend_->thaw({});
  EXPECT_FALSE(probed);
  EXPECT_FALSE(connection->reusable());
  EXPECT_LT(elapsed, 5s);
}

TEST_F(UnknownLibrary, TlsIsRefusedRatherThanLeftToChance) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.tls.mode = TlsMode::kRequire;
  const auto connection = dial(endpoint);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kConfiguration);
  EXPECT_EQ(connection.error().phase, "tls");
  EXPECT_NE(connection.error().message.find("can't be made to keep to TLS"), std::string::npos)
      << connection.error().message;
}

}  // namespace
}  // namespace millpond::drivers
