// The type to name at a call site whose workload is a MySQL or MariaDB pool.
//
// Stateless. The handle is Connector/C++'s own.
//
//   auto catalog = registry.pool<millpond::Mysql>("catalog");
//   std::unique_ptr<sql::Statement> statement{lease->connection().createStatement()};
#pragma once

#include <cppconn/connection.h>

#include <exception>
#include <optional>
#include <string_view>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"

namespace millpond {

struct Mysql {
  static constexpr std::string_view kBackend = "mysql";
  using Handle = sql::Connection;

  // `connection` must come from the driver of kBackend. From here on its session counts as used.
  static Handle& handle(drivers::Connection& connection);

  // What an exception of Connector/C++'s says of the failure, for with() to try again; else
  // nothing.
  static std::optional<drivers::ErrorKind> kind_of(const std::exception& thrown);
};

}  // namespace millpond
