#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <pqxx/except>
#include <set>
#include <sstream>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/harness/golden/golden.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

struct Unseen {
  const char* statement;  // as docs/postgres.md has it
  const char* trace;      // a condition that holds while the session keeps what it left
};

void PrintTo(const Unseen& unseen, std::ostream* out) {
  *out << unseen.statement;
}

constexpr char kElsewhere[] = "current_setting('search_path') = 'elsewhere'";
constexpr char kLocked[] =
    "exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())";
constexpr char kScratch[] = "to_regclass('pg_temp.scratch') is not null";
constexpr char kLastValue[] = "has_last_value()";

constexpr Unseen kUnseen[] = {
    {"SELECT set_config('search_path', 'elsewhere', false)", kElsewhere},
    {"UPDATE pg_settings SET setting = 'elsewhere' WHERE name = 'search_path'", kElsewhere},
    {"SELECT set_config('role', 'auditor', false)", "current_user = 'auditor'"},
    {"SELECT pg_advisory_lock(7)", kLocked},
    {"SELECT pg_try_advisory_lock_shared(7)", kLocked},
    {"SELECT pg_advisory_lock(7), 1 / (random() * 0)", kLocked},
    {"SELECT nextval('orders_id_seq')", kLastValue},
    {"INSERT INTO orders DEFAULT VALUES", kLastValue},
    {"EXPLAIN ANALYZE CREATE TEMP TABLE scratch AS SELECT 1", kScratch},
    {"SELECT makes_table()", kScratch},
    {"SELECT listens()", "exists (select from pg_listening_channels())"},
    {"SELECT declares()", "exists (select from pg_cursors where is_holdable)"},
    {"SELECT prepares()", "exists (select from pg_prepared_statements)"},
    {"INSERT INTO watched VALUES (1)", kElsewhere},
};

constexpr char kSchema[] = R"sql(
create role auditor; grant auditor to millpond;
create table orders(id serial); create table watched(n int);
create function makes_table() returns int language sql as
  'create temp table scratch(); select 1';
create function listens() returns int language sql as 'listen news; select 1';
create function declares() returns int language plpgsql as
  $$ begin execute 'declare c cursor with hold for select 1'; return 1; end $$;
create function prepares() returns int language plpgsql as
  $$ begin execute 'prepare p as select 1'; return 1; end $$;
create function sets() returns trigger language plpgsql as
  $$ begin perform set_config('search_path', 'elsewhere', false); return new; end $$;
create trigger t before insert on watched for each row execute function sets();
create function has_last_value() returns bool language plpgsql as
  $$ begin perform lastval(); return true;
     exception when object_not_in_prerequisite_state then return false; end $$;
grant all on all tables in schema public to public;
grant all on all sequences in schema public to public;
)sql";

class PostgresUnseen : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    backend_ = std::make_unique<PostgresBackend>();
    backend_->server().sql(kSchema);
  }
  static void TearDownTestSuite() { backend_.reset(); }

  // Whatever the search path is.
  static bool holds(Connection& connection, std::string condition) {
    if (condition == kLastValue) {
      condition = "public." + condition;
    }
    return value_of(connection, "select " + condition) == "t";
  }

  static void reset(Connection& connection) {
    const auto done = connection.reset(ResetNeed::kSession, Budget{10s});
    ASSERT_TRUE(done) << done.error().message;
  }

  inline static std::unique_ptr<PostgresBackend> backend_;
};

class UnseenStatement : public PostgresUnseen, public testing::WithParamInterface<Unseen> {};

TEST_P(UnseenStatement, IsNotNoticedAndUndoneByAReset) {
  const auto& [statement, trace] = GetParam();
  const auto connection = backend_->connect();
  ASSERT_FALSE(holds(*connection, trace)) << "the trace is there before";
  try {
    execute(*connection, statement);
  } catch (const pqxx::sql_error& error) {
    ASSERT_NE(std::string{error.what()}.find("division by zero"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone) << "take it off the list";
  EXPECT_TRUE(holds(*connection, trace)) << "nothing is left";
  reset(*connection);
  EXPECT_FALSE(holds(*connection, trace)) << "the reset leaves it";
}

INSTANTIATE_TEST_SUITE_P(Each, UnseenStatement, testing::ValuesIn(kUnseen));

// The statements in the second column of the section's table.
std::multiset<std::string> documented(const std::string& section) {
  const std::string document = harness::text_of("docs/postgres.md");
  const auto begin = document.find("\n### " + section + "\n");
  EXPECT_NE(begin, std::string::npos) << section;
  std::istringstream lines{document.substr(begin + 1, document.find("\n#", begin + 1) - begin)};
  std::multiset<std::string> statements;
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find("| `");
    if (line.starts_with("| ") && first != std::string::npos) {
      statements.insert(line.substr(first + 3, line.rfind('`') - first - 3));
    }
  }
  return statements;
}

TEST_F(PostgresUnseen, TheDocumentListsExactlyWhatIsTestedHere) {
  std::multiset<std::string> tested;
  for (const Unseen& unseen : kUnseen) {
    tested.insert(unseen.statement);
  }
  EXPECT_EQ(documented("What `auto` does not see"), tested);
}

TEST_F(PostgresUnseen, TheFormsThatEndWithTheTransactionLeaveNothing) {
  for (const char* statement :
       {"select set_config('search_path', 'elsewhere', true)", "select pg_advisory_xact_lock(7)"}) {
    const auto connection = backend_->connect();
    execute(*connection, statement);
    EXPECT_FALSE(holds(*connection, kElsewhere)) << statement;
    EXPECT_FALSE(holds(*connection, kLocked)) << statement;
  }
}

TEST_F(PostgresUnseen, TheSeedOfRandomOutlivesAReset) {
  const auto one = backend_->connect();
  const auto other = backend_->connect();
  for (Connection* connection : {one.get(), other.get()}) {
    execute(*connection, "select setseed(0.5)");
    EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
    reset(*connection);
  }
  EXPECT_EQ(value_of(*one, "select random()"), value_of(*other, "select random()"));
}

TEST_F(PostgresUnseen, ThatACustomSettingHasExistedOutlivesAReset) {
  const auto connection = backend_->connect();
  EXPECT_TRUE(holds(*connection, "current_setting('app.tenant', true) is null"));
  execute(*connection, "set app.tenant = '7'");
  reset(*connection);
  EXPECT_TRUE(holds(*connection, "current_setting('app.tenant', true) = ''"));
}

}  // namespace
}  // namespace millpond::drivers
