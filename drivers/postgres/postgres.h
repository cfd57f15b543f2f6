// The type to name at a call site whose workload is a PostgreSQL pool.
//
// Stateless. The handle is libpqxx's own: every transaction class takes it.
//
//   auto orders = registry.pool<millpond::Postgres>("orders-write");
//   pqxx::work transaction{lease->connection()};
#pragma once

#include <pqxx/connection_base>
#include <string_view>

#include "millpond/drivers/driver.h"

namespace millpond {

struct Postgres {
  static constexpr std::string_view kBackend = "postgres";
  using Handle = pqxx::connection_base;

  // `connection` must come from the driver of kBackend.
  static Handle& handle(drivers::Connection& connection);
};

}  // namespace millpond
