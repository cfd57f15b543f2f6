#include "millpond/drivers/redis/redis.h"

#include "millpond/drivers/redis/connection.h"

namespace millpond {

Redis::Handle& Redis::handle(drivers::Connection& connection) {
  return static_cast<drivers::RedisConnection&>(connection).session();
}

}  // namespace millpond
