// Strangers in sessions of MySQL and MariaDB.
#include "millpond/drivers/mysql/mysql.h"

#include <cppconn/connection.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <fmt/format.h>

#include <stdexcept>

#include "millpond/tests/drivers/mysql/backend.h"
#include "millpond/tests/proof/backend.h"

namespace millpond::proof {
namespace {

using drivers::Connection;
using drivers::run;
using drivers::value_of;

constexpr const char* kSchema[] = {
    "use millpond",
    "create table t(n int primary key auto_increment, m int)",
    "insert into t(m) values (1), (2)",
    "create table marked(n int)",
    "create sequence s",
    "create procedure p() set @p = 5",
    "create procedure several(n bigint) begin select n; select n + 1; select n + 2; end",
    "create function f() returns int begin set @f = 5; return 1; end",
    "create trigger mark before insert on marked for each row set @marked = 1",
};

// Everything but what differs by nature: clocks, random numbers, ids, and what the server counts.
constexpr char kVariables[] = R"sql(
select md5(group_concat(variable_name, '=', variable_value order by variable_name))
from information_schema.session_variables
where variable_name not in ('TIMESTAMP', 'RAND_SEED1', 'RAND_SEED2', 'PSEUDO_THREAD_ID',
  'ERROR_COUNT', 'WARNING_COUNT', 'LAST_GTID', 'GTID_BINLOG_POS', 'GTID_CURRENT_POS',
  'GTID_BINLOG_STATE', 'GTID_SLAVE_POS', 'INNODB_BUFFER_POOL_LOAD_NOW')
)sql";

constexpr char kKept[] = R"sql(
select concat_ws(' ', 'in', database(), 'as', current_role(), current_user(),
  'transaction', @@in_transaction, 'lock', is_used_lock('x') <=> connection_id(),
  'last', last_insert_id(), lastval(millpond.s),
  'kept', (select group_concat(variable_name, '=', variable_value order by variable_name)
           from information_schema.user_variables))
)sql";

// Each succeeds, or fails in the same way, in every new session.
constexpr const char* kTried[] = {
    "select n from scratch",
    "select n from copied",
    "select count(*) from millpond.marked where n is null",
    "execute prepared",
    "handler t read first",
    "update millpond.t set m = m where n = 1",
};

constexpr const char* kSeen[] = {
    "start transaction",
    "start transaction; update t set m = m + 1 where n = 1",
    "start transaction; savepoint s; delete from t where n = 2",
    "xa start 'x'",
    "set @a = 1",
    "set sql_mode = 'ansi'",
    "set time_zone = '+05:45'",
    "set sql_select_limit = 1",
    "set autocommit = 0",
    "set names latin1",
    "set foreign_key_checks = 0",
    "set session transaction isolation level serializable",
    "set transaction read only",
    "set last_insert_id = 42",
    "set session_track_state_change = off",
    "use information_schema",
    "call p()",
    "do f()",
    "insert into marked values (1)",
    "prepare prepared from 'select 1'",
    "create temporary table scratch(n int)",
    "lock tables t read",
    "flush tables t with read lock",
};

constexpr const char* kUnseen[] = {
    "select get_lock('x', 0)",
    "flush tables with read lock",
    "backup lock t",
    "handler t open",
    "create temporary table copied select 1 as n",
    "select @a := 1",
    "select 1 into @a",
    "select f()",
    "begin not atomic set @k = 1; signal sqlstate '45000'; end",
    "select last_insert_id(42)",
    "select nextval(s)",
};

void run_all(Connection& connection, std::string_view statements) {
  if (statements.starts_with("begin not")) {
    run(connection, std::string{statements});
    return;
  }
  for (std::size_t begin = 0; begin < statements.size();) {
    const std::size_t end = statements.find(';', begin);
    const std::string one{statements.substr(begin, end - begin)};
    if (one.starts_with("select")) {
      value_of(connection, one);
    } else {
      run(connection, one);
    }
    begin = end == std::string_view::npos ? statements.size() : end + 1;
  }
}

Act statement(const char* text, bool seen) {
  return {.name = text,
          .play = [text](Connection& connection, std::int64_t) { run_all(connection, text); },
          .seen = seen};
}

// What the session says to one statement, its error included.
std::string answer_to(Connection& connection, const char* statement) {
  try {
    const std::unique_ptr<sql::Statement> executed{Mysql::handle(connection).createStatement()};
    if (!executed->execute(statement)) {
      return "done";
    }
    const std::unique_ptr<sql::ResultSet> rows{executed->getResultSet()};
    return rows->next() ? std::string{rows->getString(1)} : "no rows";
  } catch (const sql::SQLException& error) {
    constexpr int kFirstOfTheLibrary = 2000;
    if (error.getErrorCode() >= kFirstOfTheLibrary && error.getErrorCode() < 2100) {
      throw;
    }
    return fmt::format("error {}", error.getErrorCode());
  }
}

void leave_a_result(Connection& connection, std::int64_t id) {
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(connection).createStatement()};
  statement->execute(fmt::format("select {}", id + 1));
}

void leave_a_stream(Connection& connection, std::int64_t id) {
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(connection).createStatement()};
  statement->setResultSetType(sql::ResultSet::TYPE_FORWARD_ONLY);
  const std::unique_ptr<sql::ResultSet> rows{
      statement->executeQuery(fmt::format("select {} + seq from millpond.s_numbers", id))};
  rows->next();
}

void leave_further_results(Connection& connection, std::int64_t id) {
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(connection).createStatement()};
  statement->execute(fmt::format("call several({})", id + 1));
  const std::unique_ptr<sql::ResultSet> rows{statement->getResultSet()};
  rows->next();
}

class MysqlProof final : public Backend {
 public:
  MysqlProof() {
    std::string schema;
    for (const char* line : kSchema) {
      schema += fmt::format("delimiter //\n{}//\n", line);
    }
    server_.server().sql(schema +
                         "create view millpond.s_numbers as select seq from seq_1_to_20000//\n"
                         "grant all on *.* to millpond@'127.0.0.1'//\n");
    control_ = server_.connect();  // with those rights
  }

  std::string_view name() const override { return "mysql"; }
  std::string server_lines() const override {
    return fmt::format(
        "endpoint = \"127.0.0.1:{}/{}\"\nuser = \"{}\"\n"
        "password = \"${{env:POND_PASSWORD}}\"\n",
        server_.endpoint().port, harness::kDatabase, harness::kUser);
  }
  const drivers::Driver& driver() const override { return *server_.driver(); }
  drivers::Endpoint endpoint() const override { return server_.endpoint(); }

  std::vector<Act> poisons() override {
    std::vector<Act> all;
    for (const char* text : kSeen) {
      all.push_back(statement(text, true));
    }
    for (const char* text : kUnseen) {
      all.push_back(statement(text, false));
    }
    all.push_back({"a result is not fetched", &leave_a_result});
    all.push_back({"a stream is half read", &leave_a_stream});
    all.push_back({"further results are left", &leave_further_results});
    all.push_back({"setAutoCommit()", [](Connection& connection, std::int64_t) {
                     Mysql::handle(connection).setAutoCommit(false);
                   }});
    all.push_back({"setSchema()", [](Connection& connection, std::int64_t) {
                     Mysql::handle(connection).setSchema("information_schema");
                   }});
    all.push_back(
        {"setTransactionIsolation()", [](Connection& connection, std::int64_t) {
           Mysql::handle(connection).setTransactionIsolation(sql::TRANSACTION_SERIALIZABLE);
         }});
    all.push_back({"close()", [](Connection& connection, std::int64_t) {
                     Mysql::handle(connection).close();
                   }});
    return all;
  }

  std::string look(Connection& connection) const override {
    std::string text = value_of(connection, kVariables) + ' ' + value_of(connection, kKept);
    for (const char* tried : kTried) {
      text += fmt::format(", {}: {}", tried, answer_to(connection, tried));
    }
    return text;
  }

  std::vector<Act> abandons() override {
    return {{"a result is not fetched", &leave_a_result},
            {"a stream is half read", &leave_a_stream},
            {"further results are left", &leave_further_results},
            {"an exception leaves a transaction",
             [](Connection& connection, std::int64_t id) {
               run(connection, "start transaction");
               value_of(connection, fmt::format("select {}", id + 1));
               throw std::runtime_error("the borrower gives up");
             }},
            {"a statement times out", [](Connection& connection, std::int64_t id) {
               value_of(connection, fmt::format("set statement max_statement_time = 0.001 for "
                                                "select {} + sleep(0.01)",
                                                id + 1));
             }}};
  }

  std::string ask(Connection& connection, std::int64_t id) const override {
    return value_of(connection, fmt::format("select {}", id));
  }

  std::string session_of(Connection& connection) const override {
    return server_.session_of(connection);
  }
  void end(const std::string& session) override {
    try {
      run(*control_, "kill " + session);
    } catch (const sql::SQLException& error) {
      constexpr int kNoSuchThread = 1094;  // it has ended by itself
      if (error.getErrorCode() != kNoSuchThread) {
        throw;
      }
    }
  }
  Borrow borrower(const Registry& registry) const override { return borrower_of<Mysql>(registry); }

 private:
  drivers::MysqlBackend server_;
  std::unique_ptr<Connection> control_;
};

}  // namespace

std::unique_ptr<Backend> make_mysql() {
  return std::make_unique<MysqlProof>();
}

}  // namespace millpond::proof
