#include "millpond/tests/drivers/postgres/backend.h"

#include <chrono>
#include <cstdint>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <stdexcept>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/postgres/driver.h"
#include "millpond/drivers/postgres/postgres.h"
#include "millpond/drivers/secret.h"
#include "millpond/tests/harness/servers/freeze.h"

namespace millpond::drivers {

PostgresBackend::PostgresBackend() : driver_(make_postgres_driver()), observer_(connect()) {}

Endpoint PostgresBackend::endpoint() const {
  return {.host = "127.0.0.1",
          .port = static_cast<std::uint16_t>(server_.port()),
          .path = harness::kDatabase,
          .user = harness::kUser,
          .password = Secret{harness::kPassword}};
}

std::string PostgresBackend::session_of(Connection& connection) const {
  return std::to_string(Postgres::handle(connection).backendpid());
}

bool PostgresBackend::lists(const std::string& session) {
  return value_of(*observer_, "select count(*) from pg_stat_activity where pid = " + session) ==
         "1";
}

// The second argument makes it wait until the session has gone.
void PostgresBackend::end(const std::string& session) {
  server_.sql("select pg_terminate_backend(" + session + ", 10000)");
}

void PostgresBackend::freeze(const std::string& session) {
  harness::freeze(std::stoi(session));
}

void PostgresBackend::thaw(const std::string& session) {
  harness::thaw(std::stoi(session));
}

void PostgresBackend::dirty(Connection& connection) {
  execute(connection, "begin");
  execute(connection, "set search_path = elsewhere");
}

bool PostgresBackend::is_dirty(Connection& connection) {
  return value_of(connection, "show search_path") == "elsewhere";
}

std::unique_ptr<Connection> PostgresBackend::connect(const SessionSettings& settings) {
  auto connection = driver_->connect(endpoint(), settings, Budget{std::chrono::seconds{10}});
  if (!connection) {
    throw std::runtime_error(connection.error().message);
  }
  return std::move(*connection);
}

inline namespace postgres {

std::string value_of(Connection& connection, const std::string& statement) {
  pqxx::nontransaction autocommit{Postgres::handle(connection)};
  return autocommit.exec1(statement)[0].as<std::string>();
}

void execute(Connection& connection, const std::string& statement) {
  pqxx::nontransaction autocommit{Postgres::handle(connection)};
  autocommit.exec(statement);
}

}  // namespace postgres

}  // namespace millpond::drivers
