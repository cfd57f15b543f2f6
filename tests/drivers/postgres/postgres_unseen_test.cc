#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <pqxx/except>
#include <set>
#include <sstream>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/drivers/postgres/unseen.h"
#include "millpond/tests/harness/golden/golden.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

class PostgresUnseen : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    backend_ = std::make_unique<PostgresBackend>();
    backend_->server().sql(kUnseenSchema);
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
