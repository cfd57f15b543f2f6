// Redis, by hiredis.
//
// The driver is immutable and safe to call from any thread. hiredis writes with plain write(2): a
// program that uses it must ignore SIGPIPE, as the registry does unless told otherwise.
//
//   catalog.add(make_redis_driver());
#pragma once

#include <memory>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {

std::shared_ptr<const Driver> make_redis_driver();

}  // namespace millpond::drivers
