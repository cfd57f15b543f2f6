#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <pqxx/connection_base>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/transaction>
#include <string>
#include <utility>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/postgres/postgres.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

class PostgresDriver : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<PostgresBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  static Error failure_to(const Endpoint& endpoint) {
    const auto connection = backend_->driver()->connect(endpoint, {}, Budget{10s});
    EXPECT_FALSE(connection);
    return connection ? Error{} : connection.error();
  }

  inline static std::unique_ptr<PostgresBackend> backend_;
};

TEST_F(PostgresDriver, ALeaseTakesEveryTransactionClass) {
  const auto connection = backend_->connect();
  pqxx::work transaction{Postgres::handle(*connection)};
  EXPECT_EQ(transaction.exec1("select 6 * 7")[0].as<int>(), 42);
  transaction.commit();
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
}

TEST_F(PostgresDriver, OrdinaryStatementsNeedNoReset) {
  const auto connection = backend_->connect();
  backend_->server().sql("create table if not exists t(n int); grant all on t to public");
  for (const char* statement :
       {"select 1", "insert into t values (1)", "update t set n = 2", "delete from t",
        "explain select 1", "show search_path", "begin", "savepoint a", "rollback to a", "commit",
        "values (1)", "analyze t", "notify x", "select", "insert into t values (1) returning n",
        "table t", "with x as (select 1) select * from x", "begin; select 1; commit"}) {
    execute(*connection, statement);
  }
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
}

TEST_F(PostgresDriver, StatementsThatChangeTheSessionAskForItsReset) {
  for (const char* statement :
       {"set work_mem = '1MB'", "listen x", "prepare p as select 1", "create temp table tt()",
        "create temp table tt as select 1", "select 1 as n into temp tt",
        "create temp table tt as select 1 with no data", "set local work_mem = '1MB'",
        "declare c cursor with hold for select 1", "do $$ begin end $$", "discard plans",
        "select 1; set work_mem = '1MB'; select 1"}) {
    const auto connection = backend_->connect();
    execute(*connection, statement);
    EXPECT_EQ(connection->reset_need(), ResetNeed::kSession) << statement;
    const auto reset = connection->reset(ResetNeed::kSession, Budget{10s});
    EXPECT_TRUE(reset) << statement << ": " << reset.error().message;
    EXPECT_EQ(connection->reset_need(), ResetNeed::kNone) << statement;
  }
}

TEST_F(PostgresDriver, AFailedStatementNeedsNoReset) {
  const auto connection = backend_->connect();
  EXPECT_THROW(execute(*connection, "select nonsense"), pqxx::sql_error);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(PostgresDriver, AnOpenTransactionIsRolledBack) {
  const auto connection = backend_->connect();
  backend_->server().sql("create table if not exists u(n int); grant all on u to public");
  execute(*connection, "begin");
  execute(*connection, "insert into u values (1)");
  EXPECT_TRUE(connection->reusable());
  EXPECT_EQ(connection->reset_need(), ResetNeed::kTransaction);
  ASSERT_TRUE(connection->reset(ResetNeed::kTransaction, Budget{10s}));
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(value_of(*connection, "select count(*) from u"), "0");
}

TEST_F(PostgresDriver, AFailedTransactionIsRolledBack) {
  const auto connection = backend_->connect();
  execute(*connection, "begin");
  EXPECT_THROW(execute(*connection, "select nonsense"), pqxx::sql_error);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kTransaction);
  ASSERT_TRUE(connection->reset(ResetNeed::kTransaction, Budget{10s}));
  EXPECT_EQ(value_of(*connection, "select 1"), "1");
}

TEST_F(PostgresDriver, AResetUndoesSettingsLocksListensAndTemporaryTables) {
  const auto connection = backend_->connect();
  execute(*connection, "set search_path = elsewhere");
  execute(*connection, "select pg_advisory_lock(7)");
  execute(*connection, "listen x");
  execute(*connection, "create temp table tt()");
  execute(*connection, "begin");
  ASSERT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_NE(value_of(*connection, "show search_path"), "elsewhere");
  EXPECT_EQ(value_of(*connection, "select count(*) from pg_locks where locktype = 'advisory'"),
            "0");
  EXPECT_EQ(value_of(*connection, "select count(*) from pg_listening_channels()"), "0");
  EXPECT_EQ(value_of(*connection, "select to_regclass('pg_temp.tt') is null"), "t");
}

TEST_F(PostgresDriver, SettingsOfThePoolHoldAndSurviveAReset) {
  const auto connection = backend_->connect(
      {.app_name = "orders-write", .statement_timeout = 300ms, .tcp_user_timeout = 5s});
  const auto check = [&] {
    EXPECT_EQ(value_of(*connection, "show statement_timeout"), "300ms");
    EXPECT_EQ(value_of(*connection, "show application_name"), "orders-write");
  };
  check();
  execute(*connection, "set statement_timeout = 0");
  execute(*connection, "set application_name = 'someone else'");
  ASSERT_TRUE(connection->reset(connection->reset_need(), Budget{10s}));
  check();
  EXPECT_THROW(execute(*connection, "select pg_sleep(5)"), pqxx::sql_error);
  EXPECT_TRUE(connection->reusable());
}

TEST_F(PostgresDriver, AnUnansweredStatementIsNotReusable) {
  const auto connection = backend_->connect();
  backend_->freeze(backend_->session_of(*connection));
  EXPECT_FALSE(connection->reset(ResetNeed::kSession, Budget{50ms}));
  backend_->thaw(backend_->session_of(*connection));
  EXPECT_FALSE(connection->reusable());
}

TEST_F(PostgresDriver, ClosingWaitsForTheServerToHangUpButNotForLong) {
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

TEST_F(PostgresDriver, LibpqxxNeverDialsAgainBehindABorrowersBack) {
  const auto connection = backend_->connect();
  backend_->end(backend_->session_of(*connection));
  for (int attempt = 1; attempt <= 4; ++attempt) {
    EXPECT_THROW(execute(*connection, "select 1"), pqxx::broken_connection) << attempt;
  }
  EXPECT_FALSE(connection->reusable());
}

TEST_F(PostgresDriver, ABorrowersDisconnectIsSeen) {
  const auto connection = backend_->connect();
  Postgres::handle(*connection).disconnect();
  EXPECT_FALSE(connection->reusable());
  EXPECT_EQ(connection->watch_fd(), -1);
  EXPECT_FALSE(connection->probe(Budget{1s}));
  EXPECT_FALSE(connection->reset(ResetNeed::kSession, Budget{1s}));
  EXPECT_THROW(value_of(*connection, "select 1"), pqxx::broken_connection);
}

TEST_F(PostgresDriver, AMissingDatabaseIsAConfigurationError) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.path = "nowhere";
  const Error error = failure_to(endpoint);
  EXPECT_EQ(error.kind, ErrorKind::kConfiguration) << error.message;
  EXPECT_EQ(error.phase, "session set-up");
  EXPECT_NE(error.message.find("database \"nowhere\" does not exist"), std::string::npos);
}

TEST_F(PostgresDriver, AnUnknownRoleIsAnAuthenticationError) {
  Endpoint endpoint = backend_->endpoint();
  endpoint.user = "nobody-we-know";
  const Error error = failure_to(endpoint);
  EXPECT_EQ(error.kind, ErrorKind::kAuthentication) << error.message;
  EXPECT_EQ(error.phase, "authenticate");
}

TEST_F(PostgresDriver, AServerAtItsLimitIsNamedAsSuch) {
  harness::Postgres small{{.max_connections = 5}};  // three of them reserved for the superuser
  Endpoint endpoint = backend_->endpoint();
  endpoint.port = static_cast<std::uint16_t>(small.port());
  std::vector<std::unique_ptr<Connection>> held;
  for (int i = 0; i < 2; ++i) {
    auto connection = backend_->driver()->connect(endpoint, {}, Budget{10s});
    ASSERT_TRUE(connection) << connection.error().message;
    held.push_back(std::move(*connection));
  }
  EXPECT_EQ(failure_to(endpoint).kind, ErrorKind::kTooManyConnections);
}

}  // namespace
}  // namespace millpond::drivers
