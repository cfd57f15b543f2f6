#include "millpond/drivers/redis/driver.h"
#include "millpond/tests/drivers/racing/race.h"

int main() {
  millpond::drivers::race(millpond::drivers::make_redis_driver);
}
