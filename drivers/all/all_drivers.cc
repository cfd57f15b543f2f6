#include "millpond/drivers/all/all_drivers.h"

#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/mysql/driver.h"
#include "millpond/drivers/postgres/driver.h"
#include "millpond/drivers/redis/driver.h"

namespace millpond::drivers {

std::shared_ptr<const Catalog> all_drivers() {
  auto catalog = std::make_shared<Catalog>();
  catalog->add(make_postgres_driver());
  catalog->add(make_mysql_driver());
  catalog->add(make_redis_driver());
  catalog->add(make_http_driver());
  return catalog;
}

}  // namespace millpond::drivers
