#include <cppconn/connection.h>
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/tests/drivers/mysql/backend.h"
#include "millpond/tests/harness/servers/runfiles.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

class MysqlSession : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    backend_ = std::make_unique<MysqlBackend>();
    backend_->server().sql(
        "use millpond; create table t(n int primary key auto_increment, m int default 0);"
        "insert into t values (1, 1), (2, 2);"
        "create sequence s; create procedure p() set @p = 1;"
        "grant reload, lock tables on *.* to millpond@'127.0.0.1';"
        "\ndelimiter //\n"
        "create procedure several() begin select 1; select seq from seq_1_to_20000; select 3; "
        "end//\n"
        "create function f() returns int begin set @f = 5; return 1; end//\n"
        "create table marked(n int)//\n"
        "create trigger marks before insert on marked for each row set @t = 1//\n");
  }
  static void TearDownTestSuite() { backend_.reset(); }

  // A statement with a result is read to its end.
  static void borrow(Connection& connection, const std::string& statement) {
    const std::unique_ptr<sql::Statement> executed{Mysql::handle(connection).createStatement()};
    if (executed->execute(statement)) {
      const std::unique_ptr<sql::ResultSet> rows{executed->getResultSet()};
    }
  }

  static ResetNeed need_after(const std::vector<std::string>& statements) {
    const auto connection = backend_->connect();
    for (const std::string& statement : statements) {
      borrow(*connection, statement);
    }
    return connection->reset_need();
  }

  inline static std::unique_ptr<MysqlBackend> backend_;
};

TEST_F(MysqlSession, ReadingAndWritingNeedsNoReset) {
  EXPECT_EQ(need_after({"select * from t"}), ResetNeed::kNone);
  EXPECT_EQ(need_after({"insert into t(m) values (3)", "update t set m = 4", "do 1"}),
            ResetNeed::kNone);
  EXPECT_EQ(need_after({"select * from t for update", "show tables", "explain select 1"}),
            ResetNeed::kNone);
  EXPECT_EQ(need_after({"start transaction", "update t set m = 5", "commit"}), ResetNeed::kNone);
  EXPECT_EQ(need_after({"start transaction", "delete from t where n = 9", "rollback"}),
            ResetNeed::kNone);
  EXPECT_EQ(need_after({"create table of_all(n int)", "drop table of_all"}), ResetNeed::kNone);
}

TEST_F(MysqlSession, AStatementThatFailsNeedsNoReset) {
  const auto connection = backend_->connect();
  EXPECT_THROW(borrow(*connection, "select nonsense"), sql::SQLException);
  EXPECT_THROW(borrow(*connection, "insert into t values (1, 1)"), sql::SQLException);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
}

TEST_F(MysqlSession, APreparedStatementNeedsNoReset) {
  const auto connection = backend_->connect();
  {
    const std::unique_ptr<sql::PreparedStatement> insert{
        Mysql::handle(*connection).prepareStatement("insert into t(m) values (?)")};
    insert->setInt(1, 6);
    insert->execute();
    const std::unique_ptr<sql::PreparedStatement> select{
        Mysql::handle(*connection).prepareStatement("select * from t where n > ?")};
    select->setInt(1, 0);
    const std::unique_ptr<sql::ResultSet> rows{select->executeQuery()};
    EXPECT_TRUE(rows->next());
  }
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
}

TEST_F(MysqlSession, AnOpenTransactionIsRolledBackAndNothingElse) {
  const auto connection = backend_->connect();
  borrow(*connection, "start transaction");
  borrow(*connection, "insert into t values (1000, 1)");
  ASSERT_EQ(connection->reset_need(), ResetNeed::kTransaction);
  ASSERT_TRUE(connection->reset(ResetNeed::kTransaction, Budget{10s}));
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(value_of(*connection, "select count(*) from t where n = 1000"), "0");
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
}

TEST_F(MysqlSession, ATransactionThatNoRollbackEndsClosesTheConnection) {
  const auto connection = backend_->connect();
  for (const std::string step : {"start", "end", "prepare"}) {
    borrow(*connection, "xa " + step + " 'x'");
  }
  ASSERT_EQ(connection->reset_need(), ResetNeed::kTransaction);
  EXPECT_FALSE(connection->reset(ResetNeed::kTransaction, Budget{10s}));
  EXPECT_FALSE(connection->reusable());
}

TEST_F(MysqlSession, AChangeOfTheSessionIsSeen) {
  for (const std::string statement :
       {"set @a = 1", "set sql_mode = 'ansi'", "use millpond", "set autocommit = 0",
        "set names latin1", "set role none", "call p()", "do f()", "insert into marked values (1)",
        "prepare x from 'select 1'", "create temporary table tt(n int)", "lock tables t read",
        "flush tables t with read lock", "set transaction isolation level serializable",
        "set session_track_state_change = off", "set session_track_system_variables = ''",
        "set session_track_transaction_info = off"}) {
    EXPECT_EQ(need_after({statement}), ResetNeed::kSession) << statement;
    EXPECT_EQ(need_after({statement, "do 1"}), ResetNeed::kSession) << statement << ", then more";
  }
}

TEST_F(MysqlSession, AChangeByTheLibrarysOwnFunctionsIsSeen) {
  const std::vector<std::function<void(sql::Connection&)>> changes{
      [](sql::Connection& session) { session.setAutoCommit(false); },
      [](sql::Connection& session) { session.setSchema("information_schema"); },
      [](sql::Connection& session) {
        session.setTransactionIsolation(sql::TRANSACTION_SERIALIZABLE);
      }};
  for (const auto& change : changes) {
    const auto connection = backend_->connect();
    change(Mysql::handle(*connection));
    EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  }
}

TEST_F(MysqlSession, AChangeByAPreparedStatementIsSeen) {
  const auto connection = backend_->connect();
  const std::unique_ptr<sql::PreparedStatement> set{
      Mysql::handle(*connection).prepareStatement("set @a = ?")};
  set->setInt(1, 1);
  set->execute();
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
}

TEST_F(MysqlSession, ATransactionsOwnIsolationEndsWithIt) {
  const std::vector<std::string> statements{"set transaction isolation level serializable",
                                            "start transaction", "select * from t", "commit"};
  EXPECT_EQ(need_after(statements), ResetNeed::kNone);
}

TEST_F(MysqlSession, AResultThatIsNotReadIsSeen) {
  const auto connection = backend_->connect();
  {
    const std::unique_ptr<sql::Statement> statement{Mysql::handle(*connection).createStatement()};
    statement->execute("select 1");
  }
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  ASSERT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(*connection).createStatement()};
  statement->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
  const std::unique_ptr<sql::ResultSet> rows{
      statement->executeQuery("select seq from seq_1_to_100000")};
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
}

class MysqlFurtherResults : public MysqlSession {
 protected:
  // Reads the first of three results.
  static void leave_results(Connection& connection) {
    const std::unique_ptr<sql::Statement> statement{Mysql::handle(connection).createStatement()};
    statement->execute("call several()");
    const std::unique_ptr<sql::ResultSet> rows{statement->getResultSet()};
    ASSERT_TRUE(rows->next());
  }
};

TEST_F(MysqlFurtherResults, AreReadToTheirEndByAReset) {
  const auto connection = backend_->connect();
  leave_results(*connection);
  ASSERT_EQ(connection->reset_need(), ResetNeed::kSession);
  const auto done = connection->reset(ResetNeed::kSession, Budget{10s});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(value_of(*connection, "select 42"), "42");
}

TEST_F(MysqlFurtherResults, BehindAStreamThatIsStillReadEndTheSession) {
  const auto connection = backend_->connect();
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(*connection).createStatement()};
  statement->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
  statement->execute("call several()");
  const std::unique_ptr<sql::ResultSet> rows{statement->getResultSet()};
  EXPECT_FALSE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_FALSE(connection->reusable());
}

TEST_F(MysqlFurtherResults, NorDoesAStreamOfASessionThatWasKilledHoldAResetUp) {
  const auto connection = backend_->connect();
  const std::string session = backend_->session_of(*connection);
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(*connection).createStatement()};
  statement->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
  const std::unique_ptr<sql::ResultSet> rows{
      statement->executeQuery("select seq from seq_1_to_10000000")};
  ASSERT_TRUE(rows->next());
  backend_->end(session);
  EXPECT_FALSE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_FALSE(connection->reusable());
}

// libmariadb 3.3 itself goes on for ever.
TEST_F(MysqlFurtherResults, OfASessionThatWasKilledEndTheResetWithAnError) {
  const auto connection = backend_->connect();
  const std::string session = backend_->session_of(*connection);
  leave_results(*connection);
  backend_->end(session);
  EXPECT_FALSE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_FALSE(connection->reusable());
}

TEST_F(MysqlSession, AfterAResetTheSessionIsStillFollowed) {
  const auto connection = backend_->connect();
  for (int i = 0; i < 3; ++i) {
    borrow(*connection, "set @a = 1");
    ASSERT_EQ(connection->reset_need(), ResetNeed::kSession);
    ASSERT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
    ASSERT_EQ(connection->reset_need(), ResetNeed::kNone);
    borrow(*connection, "select 1");
    ASSERT_EQ(connection->reset_need(), ResetNeed::kNone);
  }
}

TEST_F(MysqlSession, AStatementMayOutliveItsConnection) {
  auto connection = backend_->connect();
  const std::unique_ptr<sql::PreparedStatement> kept{
      Mysql::handle(*connection).prepareStatement("set @a = 1")};
  connection.reset();
  EXPECT_ANY_THROW(kept->execute());
}

// What a borrower leaves behind, under the name it has in docs/mysql.md.
struct Unseen {
  using Look = std::function<std::string(Connection&)>;

  std::string name;
  std::function<void(Connection&)> leave;
  Look look;
  std::string left;
  std::string undone;
};

class MysqlUnseen : public MysqlSession {
 protected:
  static std::function<void(Connection&)> leaves(const std::string& statement) {
    return [statement](Connection& connection) { borrow(connection, statement); };
  }

  static std::function<void(Connection&)> fails(const std::string& statement) {
    return [statement](Connection& connection) {
      EXPECT_THROW(borrow(connection, statement), sql::SQLException);
    };
  }

  static Unseen::Look value(const std::string& statement) {
    return [statement](Connection& connection) -> std::string {
      try {
        return value_of(connection, statement);
      } catch (const sql::SQLException&) {
        return "error";
      }
    };
  }

  // Whether somebody else can do this at once.
  static Unseen::Look others(const std::string& statement) {
    return [statement](Connection&) -> std::string {
      try {
        backend_->server().sql("set lock_wait_timeout = 0; " + statement);
        return "free";
      } catch (const std::runtime_error&) {
        return "locked";
      }
    };
  }

  static Unseen::Look prepared() {
    return [](Connection&) {
      return backend_->server().sql("show global status like 'Prepared_stmt_count'");
    };
  }

  static std::vector<Unseen> all() {
    return {
        {"GET_LOCK()", leaves("select get_lock('x', 0)"),
         value("select is_used_lock('x') is not null"), "1", "0"},
        {"FLUSH TABLES WITH READ LOCK", leaves("flush tables with read lock"),
         others("delete from millpond.t where n = 77"), "locked", "free"},
        {"BACKUP STAGE", leaves("backup stage start"),
         others("backup stage start; backup stage end"), "locked", "free"},
        {"BACKUP LOCK", leaves("backup lock t"), others("alter table millpond.t comment 'x'"),
         "locked", "free"},
        {"HANDLER … OPEN", leaves("handler t open"), value("handler t read first"), "1", "error"},
        {"CREATE TEMPORARY TABLE … SELECT", leaves("create temporary table ct select 1"),
         value("select * from ct"), "1", "error"},
        {"SELECT @a := 1", leaves("select @a := 1"), value("select @a"), "1", "NULL"},
        {"SELECT … INTO @a", leaves("select 1 into @a"), value("select @a"), "1", "NULL"},
        {"SELECT f()", leaves("select f()"), value("select @f"), "5", "NULL"},
        {"SIGNAL", fails("begin not atomic set @k = 1; signal sqlstate '45000'; end"),
         value("select @k"), "1", "NULL"},
        {"LAST_INSERT_ID()", leaves("select last_insert_id(42)"), value("select last_insert_id()"),
         "42", "0"},
        {"LASTVAL()", leaves("select nextval(s)"), value("select lastval(s)"), "1", "NULL"},
        {"ROW_COUNT()", leaves("update t set m = m + 1 where n < 3"), value("select row_count()"),
         "2", "0"},
        {"sql::PreparedStatement",
         [](Connection& connection) {
           kept_.reset(Mysql::handle(connection).prepareStatement("select ?"));
         },
         prepared(), "Prepared_stmt_count\t1\n", "Prepared_stmt_count\t0\n"},
    };
  }

  void TearDown() override { kept_.reset(); }

  inline static std::unique_ptr<sql::PreparedStatement> kept_;
};

TEST_F(MysqlUnseen, AutoSeesNoneOfThemAndAFullResetUndoesEach) {
  for (const Unseen& unseen : all()) {
    SCOPED_TRACE(unseen.name);
    const auto connection = backend_->connect();
    unseen.leave(*connection);
    EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
    EXPECT_EQ(unseen.look(*connection), unseen.left);
    const auto done = connection->reset(ResetNeed::kSession, Budget{10s});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(unseen.look(*connection), unseen.undone);
  }
}

TEST_F(MysqlUnseen, TheDocumentListsTheseAndNoOthers) {
  std::ifstream document{harness::runfile("docs/mysql.md")};
  std::vector<std::string> listed;
  bool here = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) {
      here = line == "## What `auto` does not see";
    } else if (here && line.starts_with("* `")) {
      listed.push_back(line.substr(3, line.find('`', 3) - 3));
    }
  }
  std::vector<std::string> tested;
  for (const Unseen& unseen : all()) {
    tested.push_back(unseen.name);
  }
  EXPECT_EQ(listed, tested);
}

}  // namespace
}  // namespace millpond::drivers
