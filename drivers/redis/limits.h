// What a Redis server admits, and for how long, as one of its sessions can read it.
//
// Used by the thread that uses the wire. A server that keeps CONFIG from this account still tells
// by INFO: all but the idle timeout, and before Redis 7.0 all but the number of sessions.
//
//   auto limits = read_limits(wire, Budget{1s});
//   if (limits && limits->read_only) { … }
#pragma once

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/redis/wire.h"
#include "millpond/drivers/server_limits.h"

namespace millpond::drivers {

// One round trip.
Result<ServerLimits> read_limits(RedisWire& wire, const Budget& budget);

}  // namespace millpond::drivers
