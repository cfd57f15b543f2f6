#include "millpond/bench/live_backend.h"

#include <cppconn/statement.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <pqxx/nontransaction>
#include <stdexcept>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/session.h"
#include "millpond/drivers/mysql/driver.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/drivers/postgres/driver.h"
#include "millpond/drivers/postgres/postgres.h"
#include "millpond/drivers/redis/driver.h"
#include "millpond/drivers/redis/redis.h"
#include "millpond/drivers/redis/session.h"
#include "millpond/drivers/secret.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::bench {
namespace {

using drivers::Connection;
using drivers::Endpoint;
using std::chrono_literals::operator""s;

// As a policy file with its defaults sets a session up.
const drivers::SessionSettings& settings() {
  static const drivers::SessionSettings all{.app_name = "bench",
                                            .statement_timeout = 2s,
                                            .read_timeout = 3s,
                                            .write_timeout = 3s,
                                            .tcp_user_timeout = 5s};
  return all;
}

struct Plan {
  std::string name;
  std::shared_ptr<const drivers::Driver> driver;
  std::unique_ptr<RawSession> (*raw)(const Endpoint&, const drivers::SessionSettings&);
  std::function<void(Connection&)> borrow;
};

template <class Server>
LiveBackend start(const Plan& plan, Endpoint endpoint) {
  auto server = std::make_shared<Server>();
  endpoint.host = "127.0.0.1";
  endpoint.port = static_cast<std::uint16_t>(server->port());
  auto ours = plan.driver->connect(endpoint, settings(), drivers::Budget{10s});
  if (!ours) {
    throw std::runtime_error{ours.error().message};
  }
  plan.borrow(**ours);
  if ((*ours)->reset_need() != drivers::ResetNeed::kNone) {
    throw std::runtime_error{plan.name + ": the borrower left something behind"};
  }
  return {plan.name, std::move(server), *std::move(ours), plan.raw(endpoint, settings())};
}

Endpoint with_account() {
  return {.path = harness::kDatabase,
          .user = harness::kUser,
          .password = drivers::Secret{harness::kPassword}};
}

LiveBackend start_postgres() {
  return start<harness::Postgres>(
      {"postgres", drivers::make_postgres_driver(), raw_postgres,
       [](Connection& connection) {
         pqxx::nontransaction{Postgres::handle(connection)}.exec("select 1");
       }},
      with_account());
}

LiveBackend start_mysql() {
  return start<harness::MariaDb>({"mysql", drivers::make_mysql_driver(), raw_mysql,
                                  [](Connection& connection) {
                                    const std::unique_ptr<sql::Statement> statement{
                                        Mysql::handle(connection).createStatement()};
                                    statement->execute("do 1");
                                  }},
                                 with_account());
}

LiveBackend start_redis() {
  return start<harness::Redis>({"redis", drivers::make_redis_driver(), raw_redis,
                                [](Connection& connection) {
                                  (void)Redis::handle(connection).command({"GET", "k"});
                                }},
                               {.password = drivers::Secret{harness::kPassword}});
}

LiveBackend start_http() {
  return start<harness::Nginx>(
      {"http", drivers::make_http_driver(), raw_http,
       [](Connection& connection) { (void)Http::handle(connection).get("/status"); }},
      {.path = "/status"});
}

}  // namespace

std::vector<BackendStart> backend_starts() {
  return {start_postgres, start_mysql, start_redis, start_http};
}

}  // namespace millpond::bench
