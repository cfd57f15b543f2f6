#include "millpond/drivers/all/all_drivers.h"

#include <gtest/gtest.h>

#include "millpond/drivers/catalog.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/drivers/postgres/postgres.h"
#include "millpond/drivers/redis/redis.h"

namespace millpond::drivers {
namespace {

TEST(AllDrivers, AreTheFourBackends) {
  EXPECT_EQ(all_drivers()->names(), "http, mysql, postgres, redis");
}

template <class Backend>
bool is_found_by_its_name() {
  const auto driver = all_drivers()->find(Backend::kBackend);
  return driver != nullptr && driver->backend() == Backend::kBackend;
}

TEST(AllDrivers, AreFoundByTheNameOfTheTypeAtTheCallSite) {
  EXPECT_TRUE(is_found_by_its_name<Postgres>());
  EXPECT_TRUE(is_found_by_its_name<Mysql>());
  EXPECT_TRUE(is_found_by_its_name<Redis>());
  EXPECT_TRUE(is_found_by_its_name<Http>());
}

}  // namespace
}  // namespace millpond::drivers
