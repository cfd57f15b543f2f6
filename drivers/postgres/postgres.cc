#include "millpond/drivers/postgres/postgres.h"

#include "millpond/drivers/postgres/connection.h"

namespace millpond {

Postgres::Handle& Postgres::handle(drivers::Connection& connection) {
  return static_cast<drivers::PostgresConnection&>(connection).handle();
}

}  // namespace millpond
