#include "millpond/drivers/mysql/limits.h"

#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <chrono>
#include <memory>

namespace millpond::drivers {

ServerLimits read_limits(sql::Connection& session) {
  const std::unique_ptr<sql::Statement> statement{session.createStatement()};
  // Of the session's values, the account's own limit is in @@max_user_connections; 0: none.
  const std::unique_ptr<sql::ResultSet> row{statement->executeQuery(
      "SELECT @@version, @@max_connections, @@max_user_connections, @@wait_timeout, @@read_only")};
  row->next();
  ServerLimits limits{.version = row->getString(1),
                      .max_connections = row->getInt(2),
                      .idle_timeout = std::chrono::seconds{row->getInt(4)},
                      .read_only = row->getInt(5) != 0};
  if (const int own = row->getInt(3); own > 0) {
    limits.account_limit = own;
  }
  return limits;
}

}  // namespace millpond::drivers
