// Everything a pool is made of: its policy, the driver that speaks to its backend, and where that
// is. What pools/loader makes of a file, and a test makes by hand.
#pragma once

#include <memory>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/policy/pool_policy.h"

namespace millpond {

struct PoolDefinition {
  policy::PoolPolicy policy;
  std::shared_ptr<const drivers::Driver> driver;
  drivers::Endpoint endpoint;
  drivers::SessionSettings settings;
};

}  // namespace millpond
