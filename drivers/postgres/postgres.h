// The type to name at a call site whose workload is a PostgreSQL pool.
//
// Stateless. The handle is libpqxx's own: every transaction class takes it.
//
//   auto orders = registry.pool<millpond::Postgres>("orders-write");
//   pqxx::work transaction{lease->connection()};
#pragma once

#include <exception>
#include <optional>
#include <pqxx/connection_base>
#include <string_view>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"

namespace millpond {

struct Postgres {
  static constexpr std::string_view kBackend = "postgres";
  using Handle = pqxx::connection_base;

  // `connection` must come from the driver of kBackend.
  static Handle& handle(drivers::Connection& connection);

  // What an exception of libpqxx's says of the failure, for with() to try again; else nothing.
  static std::optional<drivers::ErrorKind> kind_of(const std::exception& thrown);
};

}  // namespace millpond
