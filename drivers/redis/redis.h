// The type to name at a call site whose workload is a Redis pool.
//
// Stateless.
//
//   registry.with<millpond::Redis>("sessions", [](auto& redis) { redis.command({"PING"}); });
#pragma once

#include <string_view>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/redis/session.h"

namespace millpond {

struct Redis {
  static constexpr std::string_view kBackend = "redis";
  using Handle = RedisSession;

  // `connection` must come from the driver of kBackend.
  static Handle& handle(drivers::Connection& connection);
};

}  // namespace millpond
