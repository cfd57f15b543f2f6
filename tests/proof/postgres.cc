// Strangers in PostgreSQL sessions.
#include "millpond/drivers/postgres/postgres.h"

#include <fmt/format.h>

#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/pipeline>
#include <pqxx/result>
#include <pqxx/transaction>
#include <stdexcept>
#include <utility>

#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/drivers/postgres/unseen.h"
#include "millpond/tests/proof/backend.h"

namespace millpond::proof {
namespace {

using drivers::Connection;

// Every setting a borrower can change, and everything a session can keep.
constexpr char kLook[] = R"sql(
select concat_ws(' ',
  (select md5(string_agg(name || '=' || setting, ',' order by name)) || ' ' || coalesce(
            string_agg(name || '=' || setting, ',') filter (where source = 'session'), '')
     from pg_catalog.pg_settings where context in ('user', 'superuser')),
  'as', current_user, session_user, 'sees', current_schemas(false)::text,
  'temp', (select count(*) from pg_catalog.pg_class where relnamespace = pg_my_temp_schema()),
  'prepared', (select count(*) from pg_prepared_statements where from_sql),
  'cursors', (select count(*) from pg_cursors where name <> ''),
  'listens', (select count(*) from pg_listening_channels()),
  'locks', (select count(*) from pg_locks where pid = pg_backend_pid()
              and (locktype = 'advisory' or mode in ('ShareLock', 'AccessExclusiveLock'))),
  'transaction', pg_current_xact_id_if_assigned() is not null,
    statement_timestamp() <> transaction_timestamp(),
  'sequence', public.has_last_value())
)sql";

constexpr const char* kSeen[] = {
    "begin",
    "begin; select 1/0",
    "begin; set local search_path = elsewhere",
    "begin; lock table public.orders",
    "begin; savepoint s; update public.orders set id = id",
    "begin; select lo_create(0)",
    "begin; declare c cursor for select generate_series(1, 1000); fetch 1 from c",
    "set search_path = elsewhere",
    "set role auditor",
    "set time zone 'Asia/Kathmandu'",
    "set datestyle = 'SQL, DMY'",
    "set statement_timeout = 5000",
    "set default_transaction_isolation = 'serializable'",
    "set session characteristics as transaction read only",
    "set client_encoding = 'LATIN1'",
    "set standard_conforming_strings = off",
    "create temp table scratch(n int)",
    "create temp table scratch as select 1",
    "select 1 into temp scratch",
    "listen news",
    "prepare p as select 1",
    "declare held cursor with hold for select generate_series(1, 1000)",
    "do $$ begin set search_path = elsewhere; end $$",
    "copy public.watched from stdin",
    "copy (select generate_series(1, 1000)) to stdout",
};

// One statement after another, each of its own: as a borrower without a transaction object.
void run(Connection& connection, std::string_view statements) {
  pqxx::nontransaction autocommit{Postgres::handle(connection)};
  for (std::size_t begin = 0; begin < statements.size();) {
    const bool whole = statements.starts_with("do ");
    const std::size_t end = whole ? std::string_view::npos : statements.find(';', begin);
    autocommit.exec(std::string{statements.substr(begin, end - begin)});
    begin = end == std::string_view::npos ? statements.size() : end + 1;
  }
}

Act statement(const char* text, bool seen) {
  return {.name = text,
          .play = [text](Connection& connection, std::int64_t) { run(connection, text); },
          .seen = seen};
}

void drop_pipeline(Connection& connection, std::int64_t id) {
  pqxx::nontransaction autocommit{Postgres::handle(connection)};
  pqxx::pipeline pipeline{autocommit};
  pipeline.retain(10);
  for (int i = 1; i <= 3; ++i) {
    pipeline.insert(fmt::format("select {}", id + i));
  }
}

void leave_pipeline_by_an_exception(Connection& connection, std::int64_t id) {
  pqxx::work transaction{Postgres::handle(connection)};
  pqxx::pipeline pipeline{transaction};
  pipeline.insert(fmt::format("select {}", id + 1));
  pipeline.insert("select 1/0");
  pipeline.complete();
  throw std::runtime_error("the borrower gives up");
}

void let_it_time_out(Connection& connection, std::int64_t id) {
  run(connection,
      fmt::format("begin; set local statement_timeout = 1; select pg_sleep(0.01), {}", id + 1));
}

void disconnect(Connection& connection, std::int64_t) {
  Postgres::handle(connection).disconnect();
}

class PostgresProof final : public Backend {
 public:
  PostgresProof() : control_(server_.connect()) {
    server_.server().sql(drivers::kUnseenSchema);
    server_.server().sql("grant create on schema public to millpond");
  }

  std::string_view name() const override { return "postgres"; }
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
    for (const drivers::Unseen& unseen : drivers::kUnseen) {
      all.push_back(statement(unseen.statement, false));
    }
    all.push_back({"a pipeline is dropped", &drop_pipeline});
    all.push_back({"an exception leaves a pipeline", &leave_pipeline_by_an_exception});
    all.push_back({"disconnect()", &disconnect});
    return all;
  }

  std::string look(Connection& connection) const override {
    return drivers::value_of(connection, kLook);
  }

  std::vector<Act> abandons() override {
    return {
        {"a pipeline is dropped", &drop_pipeline},
        {"an exception leaves a pipeline", &leave_pipeline_by_an_exception},
        {"a statement times out", &let_it_time_out},
        {"a cursor is half read",
         [](Connection& connection, std::int64_t id) {
           run(connection, fmt::format("begin; declare c cursor for select generate_series({}, {})"
                                       "; fetch 2 from c",
                                       id + 1, id + 100));
         }},
        {"rows to copy out are left",
         [](Connection& connection, std::int64_t id) {
           run(connection, fmt::format("copy (select {}) to stdout", id + 1));
         }},
        {"rows to copy in are awaited",
         [](Connection& connection, std::int64_t) {
           run(connection, "copy public.watched from stdin");
         }},
        {"an exception leaves a transaction",
         [](Connection& connection, std::int64_t id) {
           pqxx::work transaction{Postgres::handle(connection)};
           transaction.exec(fmt::format("select {}", id + 1));
           throw std::runtime_error("the borrower gives up");
         }},
    };
  }

  std::string ask(Connection& connection, std::int64_t id) const override {
    return drivers::value_of(connection, fmt::format("select {}", id));
  }

  std::string session_of(Connection& connection) const override {
    return server_.session_of(connection);
  }
  void end(const std::string& session) override {
    run(*control_, "select pg_terminate_backend(" + session + ")");
  }
  Borrow borrower(const Registry& registry) const override {
    return borrower_of<Postgres>(registry);
  }

 private:
  drivers::PostgresBackend server_;
  std::unique_ptr<Connection> control_;
};

}  // namespace

std::unique_ptr<Backend> make_postgres() {
  return std::make_unique<PostgresProof>();
}

}  // namespace millpond::proof
