// Every driver against the suite of tls_suite.h.
#include <gtest/gtest.h>

#include <memory>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/mysql/driver.h"
#include "millpond/drivers/postgres/driver.h"
#include "millpond/drivers/redis/driver.h"
#include "millpond/drivers/secret.h"
#include "millpond/tests/drivers/conformance/tls_suite.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::drivers {
namespace {

void name_account(Endpoint& endpoint) {
  endpoint.path = harness::kDatabase;
  endpoint.user = harness::kUser;
  endpoint.password = Secret{harness::kPassword};
}

struct PostgresTls {
  using Server = harness::Postgres;
  static std::shared_ptr<const Driver> driver() { return make_postgres_driver(); }
  static void account(Endpoint& endpoint) { name_account(endpoint); }
};

struct MysqlTls {
  using Server = harness::MariaDb;
  static std::shared_ptr<const Driver> driver() { return make_mysql_driver(); }
  static void account(Endpoint& endpoint) { name_account(endpoint); }
};

struct RedisTls {
  using Server = harness::Redis;
  static std::shared_ptr<const Driver> driver() { return make_redis_driver(); }
  static void account(Endpoint& endpoint) { endpoint.password = Secret{harness::kPassword}; }
};

struct HttpTls {
  using Server = harness::Nginx;
  static std::shared_ptr<const Driver> driver() { return make_http_driver(); }
  static void account(Endpoint& /*endpoint*/) {}
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, TlsConformance, PostgresTls);
INSTANTIATE_TYPED_TEST_SUITE_P(Mysql, TlsConformance, MysqlTls);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, TlsConformance, RedisTls);
INSTANTIATE_TYPED_TEST_SUITE_P(Http, TlsConformance, HttpTls);

}  // namespace
}  // namespace millpond::drivers
