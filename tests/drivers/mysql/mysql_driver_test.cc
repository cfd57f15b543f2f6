#include <cppconn/connection.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <mysql_driver.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/drivers/mysql/native_handle.h"
#include "millpond/tests/drivers/mysql/backend.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class MysqlDriver : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<MysqlBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static Error failure_to(const Endpoint& endpoint) {
    const auto connection = backend_->driver()->connect(endpoint, {}, Budget{10s});
    EXPECT_FALSE(connection);
    return connection ? Error{} : connection.error();
  }

  static void reset(Connection& connection) {
    const auto done = connection.reset(ResetNeed::kSession, Budget{10s});
    ASSERT_TRUE(done) << done.error().message;
  }

  inline static std::unique_ptr<MysqlBackend> backend_;
};

// Were this to fail, deadlines would be whole seconds and no session could be reset.
TEST_F(MysqlDriver, ThisLibraryIsTheOneTheNativeHandleWasWrittenFor) {
  EXPECT_TRUE(supports_native(*sql::mysql::get_driver_instance()));
  const auto connection = backend_->connect();
  const NativeHandle native{Mysql::handle(*connection)};
  ASSERT_TRUE(native);
  EXPECT_EQ(std::to_string(native.session_id()), backend_->session_of(*connection));
  EXPECT_EQ(native.socket(), connection->watch_fd());
}

TEST_F(MysqlDriver, TheSocketIsClosedOnExec) {
  const auto connection = backend_->connect();
  EXPECT_EQ(fcntl(connection->watch_fd(), F_GETFD), FD_CLOEXEC);
}

TEST_F(MysqlDriver, AResetUndoesWhatASessionCanKeep) {
  const auto connection = backend_->connect();
  backend_->server().sql(
      "create table millpond.t(n int); create database other;"
      "grant all on other.* to millpond@'127.0.0.1'");
  run(*connection, "set sql_mode = 'ansi'");
  run(*connection, "create temporary table tt(n int)");
  run(*connection, "do get_lock('x', 0)");
  run(*connection, "set autocommit = 0");
  run(*connection, "insert into t values (1)");
  run(*connection, "use other");
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  reset(*connection);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(value_of(*connection, "select @@sql_mode = @@global.sql_mode"), "1");
  EXPECT_EQ(value_of(*connection, "select is_free_lock('x')"), "1");
  EXPECT_EQ(value_of(*connection, "select @@autocommit"), "1");
  EXPECT_EQ(value_of(*connection, "select database()"), "millpond");
  EXPECT_EQ(value_of(*connection, "select count(*) from t"), "0");
  EXPECT_THROW(run(*connection, "select * from tt"), sql::SQLException);
}

TEST_F(MysqlDriver, AResetAlsoCorrectsTheLibrarysIdeaOfTheSession) {
  const auto connection = backend_->connect();
  Mysql::handle(*connection).setAutoCommit(false);
  Mysql::handle(*connection).setTransactionIsolation(sql::TRANSACTION_SERIALIZABLE);
  reset(*connection);
  EXPECT_TRUE(Mysql::handle(*connection).getAutoCommit());
  EXPECT_EQ(Mysql::handle(*connection).getTransactionIsolation(), sql::TRANSACTION_REPEATABLE_READ);
  EXPECT_EQ(value_of(*connection, "select @@tx_isolation"), "REPEATABLE-READ");
}

TEST_F(MysqlDriver, TheServersIsolationHoldsNotTheLibrarys) {
  backend_->server().sql("set global tx_isolation = 'READ-COMMITTED'");
  const auto connection = backend_->connect();
  EXPECT_EQ(value_of(*connection, "select @@tx_isolation"), "READ-COMMITTED");
  run(*connection, "set session transaction isolation level serializable");
  reset(*connection);
  EXPECT_EQ(value_of(*connection, "select @@tx_isolation"), "READ-COMMITTED");
  backend_->server().sql("set global tx_isolation = 'REPEATABLE-READ'");
}

TEST_F(MysqlDriver, TheStatementTimeoutHoldsAndSurvivesAReset) {
  const auto connection = backend_->connect({.app_name = "", .statement_timeout = 300ms});
  EXPECT_EQ(value_of(*connection, "select @@max_statement_time"), "0.300000");
  run(*connection, "set max_statement_time = 0");
  reset(*connection);
  EXPECT_EQ(value_of(*connection, "select @@max_statement_time"), "0.300000");
  EXPECT_THROW(value_of(*connection,
                        "select sum(a.seq * b.seq) from seq_1_to_100000 a,"
                        " seq_1_to_100000 b"),
               sql::SQLException);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(MysqlDriver, TheReadTimeoutEndsABorrowersWait) {
  const auto connection = backend_->connect({.app_name = "", .read_timeout = 1s});
  const auto start = Budget::Clock::now();
  EXPECT_THROW(run(*connection, "select sleep(20)"), sql::SQLException);
  EXPECT_LT(Budget::Clock::now() - start, 5s);
  EXPECT_FALSE(connection->reusable());
}

TEST_F(MysqlDriver, TheServerSeesTheNameOfTheApplication) {
  harness::MariaDb observant{{.arguments = {"--performance-schema"}}};
  Endpoint endpoint = backend_->endpoint();
  endpoint.port = static_cast<std::uint16_t>(observant.port());
  const auto connection =
      backend_->driver()->connect(endpoint, {.app_name = "catalog"}, Budget{10s});
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(observant.sql("select attr_value from performance_schema.session_connect_attrs "
                          "where attr_name = 'program_name' and attr_value <> 'mysql'"),
            "catalog\n");
}

TEST_F(MysqlDriver, ASessionKilledUnderItsBorrowerIsNotReusable) {
  const auto connection = backend_->connect();
  backend_->end(backend_->session_of(*connection));
  EXPECT_THROW(run(*connection, "select 1"), sql::SQLException);
  EXPECT_FALSE(connection->reusable());
}

TEST_F(MysqlDriver, AResetReadsAHalfReadResultToItsEnd) {
  const auto connection = backend_->connect();
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(*connection).createStatement()};
  statement->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
  const std::unique_ptr<sql::ResultSet> rows{
      statement->executeQuery("select seq from seq_1_to_100000")};
  ASSERT_TRUE(rows->next());
  reset(*connection);
  EXPECT_EQ(value_of(*connection, "select 42"), "42");
}

TEST_F(MysqlDriver, ABorrowersReconnectIsSeen) {
  const auto connection = backend_->connect();
  backend_->end(backend_->session_of(*connection));
  ASSERT_TRUE(Mysql::handle(*connection).reconnect());
  EXPECT_FALSE(connection->reusable());
  EXPECT_FALSE(connection->probe(Budget{10s})) << "it is another session, without our settings";
}

TEST_F(MysqlDriver, ClosingWaitsForTheServerToHangUpButNotForLong) {
  auto connection = backend_->connect();
  const std::string session = backend_->session_of(*connection);
  backend_->freeze(session);
  const auto start = Budget::Clock::now();
  connection.reset();
  const auto elapsed = Budget::Clock::now() - start;
  backend_->thaw(session);
  EXPECT_GE(elapsed, 200ms);
  EXPECT_LE(elapsed, 1s);
}

TEST_F(MysqlDriver, ABorrowersCloseIsSeen) {
  const auto connection = backend_->connect();
  Mysql::handle(*connection).close();
  EXPECT_FALSE(connection->reusable());
  EXPECT_EQ(connection->watch_fd(), -1);
  EXPECT_FALSE(connection->probe(Budget{1s}));
  EXPECT_FALSE(connection->reset(ResetNeed::kSession, Budget{1s}));
}

TEST_F(MysqlDriver, ADatabaseWithoutPermissionIsAConfigurationError) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.path = "nowhere";
  const Error error = failure_to(endpoint);
  EXPECT_EQ(error.kind, ErrorKind::kConfiguration) << error.message;
  EXPECT_EQ(error.phase, "session set-up");
  EXPECT_NE(error.message.find("nowhere"), std::string::npos) << error.message;
}

TEST_F(MysqlDriver, AServerAtItsLimitIsNamedAsSuch) {
  harness::MariaDb small{{.max_connections = 10}};
  Endpoint endpoint = backend_->endpoint();
  endpoint.port = static_cast<std::uint16_t>(small.port());
  std::vector<std::unique_ptr<Connection>> held;
  for (int i = 0; i < 10; ++i) {
    auto connection = backend_->driver()->connect(endpoint, {}, Budget{10s});
    ASSERT_TRUE(connection) << connection.error().message;
    held.push_back(std::move(*connection));
  }
  EXPECT_EQ(failure_to(endpoint).kind, ErrorKind::kTooManyConnections);
}

}  // namespace
}  // namespace millpond::drivers
