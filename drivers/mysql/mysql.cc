#include "millpond/drivers/mysql/mysql.h"

#include "millpond/drivers/mysql/connection.h"
#include "millpond/drivers/mysql/vendor_error.h"

namespace millpond {

Mysql::Handle& Mysql::handle(drivers::Connection& connection) {
  return static_cast<drivers::MysqlConnection&>(connection).handle();
}

std::optional<drivers::ErrorKind> Mysql::kind_of(const std::exception& thrown) {
  return drivers::kind_of_thrown(thrown);
}

}  // namespace millpond
