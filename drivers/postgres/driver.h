// PostgreSQL, by libpqxx over libpq.
//
// The driver is immutable and safe to call from any thread. A connect costs one thread for a name
// that is not numeric, as drivers/net/resolve.h says.
//
//   catalog.add(make_postgres_driver());
#pragma once

#include <memory>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {

std::shared_ptr<const Driver> make_postgres_driver();

}  // namespace millpond::drivers
