#include "millpond/drivers/mysql/mysql.h"

#include "millpond/drivers/mysql/connection.h"

namespace millpond {

Mysql::Handle& Mysql::handle(drivers::Connection& connection) {
  return static_cast<drivers::MysqlConnection&>(connection).handle();
}

}  // namespace millpond
