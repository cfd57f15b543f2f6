// Everything a pool is made of: its policy, the driver that speaks to its backend, and where that
// is. What pools/loader makes of a file, and a test makes by hand.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/secret.h"
#include "millpond/policy/pool_policy.h"

namespace millpond {

// Reads a password that may have changed since, or says why it cannot. Called from several threads
// at once, off the callers' own.
using PasswordReader = std::function<tl::expected<drivers::Secret, std::string>()>;

// What a host's name means now, as numeric addresses; may block some seconds, off the callers'
// threads.
using NameLookup =
    std::function<drivers::Result<std::vector<std::string>>(const std::string& host)>;

struct PoolDefinition {
  policy::PoolPolicy policy;
  std::shared_ptr<const drivers::Driver> driver;
  // Of one server, chosen from as `balance` says; at least one. All have one account.
  std::vector<drivers::Endpoint> endpoints;
  drivers::SessionSettings settings;
  // Asked before each dial where there is one, so that a rotated password needs no restart.
  PasswordReader read_password{};
  // Asked again and again where there is one: sessions at an address that its name has stopped to
  // mean are replaced one by one.
  NameLookup look_up{};
  policy::Balance balance = policy::Balance::kFailover;
};

}  // namespace millpond
