#include "millpond/drivers/mysql/limits.h"

#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <memory>

namespace millpond::drivers {

MysqlLimits read_limits(sql::Connection& session) {
  const std::unique_ptr<sql::Statement> statement{session.createStatement()};
  // Of the session's values, the account's own limit is in @@max_user_connections.
  const std::unique_ptr<sql::ResultSet> row{statement->executeQuery(
      "SELECT @@version, @@max_connections, @@max_user_connections, @@wait_timeout, @@read_only")};
  row->next();
  return {.version = row->getString(1),
          .max_connections = row->getInt(2),
          .max_user_connections = row->getInt(3),
          .wait_timeout = std::chrono::seconds{row->getInt(4)},
          .read_only = row->getInt(5) != 0};
}

}  // namespace millpond::drivers
