#include "millpond/tests/drivers/mysql/backend.h"

#include <cppconn/connection.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/mysql/driver.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/drivers/secret.h"
#include "millpond/tests/harness/servers/freeze.h"

namespace millpond::drivers {

MysqlBackend::MysqlBackend(const harness::TlsFiles& server, TlsSettings tls)
    : server_({.tls = server}),
      tls_(std::move(tls)),
      driver_(make_mysql_driver()),
      observer_(connect()) {}

MysqlTlsBackend::MysqlTlsBackend(std::unique_ptr<harness::Certificates> certificates)
    : MysqlBackend(certificates->server(),
                   {.mode = TlsMode::kVerifyFull, .ca = certificates->authority()}),
      certificates_(std::move(certificates)) {}

Endpoint MysqlBackend::endpoint() const {
  return {.host = "127.0.0.1",
          .port = static_cast<std::uint16_t>(server_.port()),
          .path = harness::kDatabase,
          .user = harness::kUser,
          .password = Secret{harness::kPassword},
          .tls = tls_};
}

std::string MysqlBackend::session_of(Connection& connection) const {
  return value_of(connection, "select connection_id()");
}

bool MysqlBackend::lists(const std::string& session) {
  return server_.sql("select count(*) from information_schema.processlist where id = " + session) ==
         "1\n";
}

void MysqlBackend::end(const std::string& session) {
  server_.sql("kill " + session);
}

void MysqlBackend::freeze(const std::string&) {
  harness::freeze(server_.process().pid());
}

void MysqlBackend::thaw(const std::string&) {
  harness::thaw(server_.process().pid());
}

void MysqlBackend::dirty(Connection& connection) {
  run(connection, "set @whose = 'mine'");
  run(connection, "start transaction");
}

bool MysqlBackend::is_dirty(Connection& connection) {
  return value_of(connection, "select @whose") == "mine" ||
         value_of(connection, "select @@in_transaction") == "1";
}

std::unique_ptr<Connection> MysqlBackend::connect(const SessionSettings& settings) {
  auto connection = driver_->connect(endpoint(), settings, Budget{std::chrono::seconds{10}});
  if (!connection) {
    throw std::runtime_error(connection.error().message);
  }
  return std::move(*connection);
}

inline namespace mysql {

std::string value_of(Connection& connection, const std::string& statement) {
  const std::unique_ptr<sql::Statement> executed{Mysql::handle(connection).createStatement()};
  const std::unique_ptr<sql::ResultSet> rows{executed->executeQuery(statement)};
  rows->next();
  return rows->isNull(1) ? "NULL" : std::string{rows->getString(1)};
}

void run(Connection& connection, const std::string& statement) {
  const std::unique_ptr<sql::Statement> executed{Mysql::handle(connection).createStatement()};
  executed->execute(statement);
}

}  // namespace mysql

}  // namespace millpond::drivers
