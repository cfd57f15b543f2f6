#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <pqxx/connection_base>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/postgres/postgres.h"
#include "millpond/drivers/postgres/prepared.h"
#include "millpond/tests/drivers/postgres/backend.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

class PostgresPrepared : public testing::Test {
 protected:
  static void SetUpTestSuite() { backend_ = std::make_unique<PostgresBackend>(); }
  static void TearDownTestSuite() { backend_.reset(); }

  // As a borrower would: prepares where that is still to do, and executes.
  static int doubled(Connection& connection, int number) {
    pqxx::connection_base& handle = Postgres::handle(connection);
    const std::string name = prepare_once(handle, "double", "select 2 * $1::int");
    pqxx::nontransaction autocommit{handle};
    return autocommit.exec_prepared1(name, number)[0].as<int>();
  }

  static std::string prepared_in(Connection& connection) {
    return value_of(connection,
                    "select coalesce(string_agg(name, ',' order by name), '') "
                    "from pg_prepared_statements");
  }

  inline static std::unique_ptr<PostgresBackend> backend_;
};

TEST_F(PostgresPrepared, OnceASessionAndThroughItsResets) {
  const auto connection = backend_->connect();
  EXPECT_EQ(doubled(*connection, 21), 42);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone) << "it is no dirt";
  const std::string since =
      value_of(*connection, "select prepare_time from pg_prepared_statements");
  EXPECT_EQ(doubled(*connection, 4), 8);
  ASSERT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_EQ(doubled(*connection, 5), 10);
  EXPECT_EQ(value_of(*connection, "select prepare_time from pg_prepared_statements"), since);
}

TEST_F(PostgresPrepared, ItsNameIsApartFromABorrowersOwn) {
  const auto connection = backend_->connect();
  execute(*connection, "prepare double as select 'mine'");
  EXPECT_EQ(doubled(*connection, 21), 42);
  EXPECT_EQ(prepared_in(*connection), "double,mp_double");
}

TEST_F(PostgresPrepared, AnotherStatementOfThatNameIsRefused) {
  const auto connection = backend_->connect();
  EXPECT_EQ(doubled(*connection, 21), 42);
  EXPECT_THROW(prepare_once(Postgres::handle(*connection), "double", "select 3 * $1::int"),
               pqxx::argument_error);
}

TEST_F(PostgresPrepared, ABorrowersPrepareIsDirtThatAResetRemoves) {
  const auto connection = backend_->connect();
  EXPECT_EQ(doubled(*connection, 21), 42);
  for (const char* name : {"p", "mp_mine", "\"No; \"\"name\"\" of mine\""}) {
    execute(*connection, std::string{"prepare "} + name + " as select 1");
  }
  EXPECT_EQ(connection->reset_need(), ResetNeed::kSession);
  ASSERT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  EXPECT_EQ(prepared_in(*connection), "mp_double");
  EXPECT_EQ(doubled(*connection, 21), 42);
}

TEST_F(PostgresPrepared, AResetNeedsNoPlPgsql) {
  backend_->server().sql("revoke usage on language plpgsql from public");
  const auto connection = backend_->connect();
  execute(*connection, "prepare p as select 1");
  EXPECT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_EQ(prepared_in(*connection), "");
  backend_->server().sql("grant usage on language plpgsql to public");
}

TEST_F(PostgresPrepared, ASessionWhoseStatementsABorrowerDroppedIsReplaced) {
  for (const char* statement : {"deallocate all", "discard all"}) {
    const auto connection = backend_->connect();
    execute(*connection, statement);
    EXPECT_EQ(connection->reset_need(), ResetNeed::kSession) << "nothing was lost: " << statement;
    EXPECT_EQ(doubled(*connection, 21), 42);
    execute(*connection, statement);
    EXPECT_THROW(doubled(*connection, 21), pqxx::sql_error);
    EXPECT_EQ(connection->reset_need(), ResetNeed::kReplacement) << statement;
  }
}

TEST_F(PostgresPrepared, WhatLibpqxxPreparedSurvivesToo) {
  const auto connection = backend_->connect();
  pqxx::connection_base& handle = Postgres::handle(*connection);
  handle.prepare("double", "select 2 * $1::int");
  const auto doubled = [&] {
    pqxx::nontransaction autocommit{handle};
    return autocommit.exec_prepared1("double", 21)[0].as<int>();
  };
  EXPECT_EQ(doubled(), 42);
  EXPECT_EQ(connection->reset_need(), ResetNeed::kNone);
  ASSERT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
  EXPECT_EQ(doubled(), 42);
}

}  // namespace
}  // namespace millpond::drivers
