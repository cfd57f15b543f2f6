#include "millpond/drivers/postgres/postgres.h"

#include "millpond/drivers/postgres/connection.h"
#include "millpond/drivers/postgres/native_error.h"

namespace millpond {

Postgres::Handle& Postgres::handle(drivers::Connection& connection) {
  return static_cast<drivers::PostgresConnection&>(connection).handle();
}

std::optional<drivers::ErrorKind> Postgres::kind_of(const std::exception& thrown) {
  return drivers::kind_of_pqxx(thrown);
}

}  // namespace millpond
