#include "millpond/drivers/mysql/session_defaults.h"

#include <cppconn/exception.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <chrono>
#include <map>
#include <memory>

namespace millpond::drivers {
namespace {

// MariaDB and MySQL name the same variable differently; each ignores the other's name.
constexpr char kServerVariables[] =
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN"
    " ('version', 'tx_isolation', 'transaction_isolation')";

constexpr char kTrackSession[] =
    "SET SESSION session_track_state_change = ON, session_track_system_variables = '*',"
    " session_track_transaction_info = 'CHARACTERISTICS'";
constexpr int kUnknownVariable = 1193;

std::map<std::string, std::string> server_variables(sql::Connection& session) {
  const std::unique_ptr<sql::Statement> statement{session.createStatement()};
  const std::unique_ptr<sql::ResultSet> rows{statement->executeQuery(kServerVariables)};
  std::map<std::string, std::string> variables;
  while (rows->next()) {
    variables[rows->getString(1)] = rows->getString(2);
  }
  return variables;
}

sql::enum_transaction_isolation isolation_of(const std::string& name) {
  if (name == "READ-UNCOMMITTED") {
    return sql::TRANSACTION_READ_UNCOMMITTED;
  }
  if (name == "READ-COMMITTED") {
    return sql::TRANSACTION_READ_COMMITTED;
  }
  return name == "SERIALIZABLE" ? sql::TRANSACTION_SERIALIZABLE : sql::TRANSACTION_REPEATABLE_READ;
}

// MariaDB counts seconds and stops every statement; MySQL counts milliseconds and stops reads.
std::string timeout_setting(std::chrono::microseconds timeout, const std::string& version) {
  if (timeout.count() == 0) {
    return {};
  }
  if (version.find("MariaDB") == std::string::npos) {
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
    return "max_execution_time = " + std::to_string(whole);
  }
  const auto seconds = std::chrono::duration<double>(timeout).count();
  return "max_statement_time = " + std::to_string(seconds);
}

}  // namespace

std::string schema_of(const Endpoint& endpoint) {
  return endpoint.path.starts_with('/') ? endpoint.path.substr(1) : endpoint.path;
}

SessionDefaults read_defaults(sql::Connection& session, const Endpoint& endpoint,
                              const SessionSettings& settings) {
  auto variables = server_variables(session);
  const std::string& isolation = variables.contains("transaction_isolation")
                                     ? variables["transaction_isolation"]
                                     : variables["tx_isolation"];
  return {.schema = schema_of(endpoint),
          .statement_timeout = timeout_setting(settings.statement_timeout, variables["version"]),
          .isolation = isolation_of(isolation)};
}

void apply_defaults(sql::Connection& session, const SessionDefaults& defaults) {
  if (!session.getAutoCommit()) {
    session.setAutoCommit(true);
  }
  if (session.getTransactionIsolation() != defaults.isolation) {
    session.setTransactionIsolation(defaults.isolation);
  }
}

std::string settings_statement(const SessionDefaults& defaults) {
  const std::string& timeout = defaults.statement_timeout;
  return kTrackSession + (timeout.empty() ? "" : ", " + timeout);
}

void set_and_track(sql::Connection& session, const SessionDefaults& defaults) {
  try {
    execute(session, settings_statement(defaults));
    return;
  } catch (const sql::SQLException& exception) {
    if (exception.getErrorCode() != kUnknownVariable) {
      throw;
    }
  }
  // A server before session tracking has set nothing of it.
  if (!defaults.statement_timeout.empty()) {
    execute(session, "SET SESSION " + defaults.statement_timeout);
  }
}

void execute(sql::Connection& session, const std::string& statement) {
  const std::unique_ptr<sql::Statement> executed{session.createStatement()};
  executed->execute(statement);
}

}  // namespace millpond::drivers
