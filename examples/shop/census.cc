#include "millpond/examples/shop/census.h"

#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <pqxx/pqxx>
#include <stdexcept>

#include "millpond/drivers/all/all_drivers.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/mysql/mysql.h"
#include "millpond/drivers/postgres/postgres.h"
#include "millpond/drivers/redis/redis.h"

namespace millpond::shop {
namespace {

using namespace std::chrono_literals;

constexpr char kCensusName[] = "census";

std::unique_ptr<drivers::Connection> connect(std::string_view backend, int port, std::string path,
                                             std::string user) {
  drivers::Endpoint endpoint{.host = "127.0.0.1",
                             .port = static_cast<std::uint16_t>(port),
                             .path = std::move(path),
                             .user = std::move(user),
                             .password = drivers::Secret{harness::kPassword}};
  if (backend == Http::kBackend) {
    endpoint.password = {};
  }
  auto connection = drivers::all_drivers()->find(backend)->connect(
      endpoint, {.app_name = kCensusName}, drivers::Budget{3s});
  if (!connection) {
    throw std::runtime_error("census: " + connection.error().message);
  }
  return *std::move(connection);
}

std::int64_t count_postgres(drivers::Connection& connection) {
  pqxx::nontransaction query{Postgres::handle(connection)};
  return query
      .exec1(
          "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND "
          "pid <> pg_backend_pid()")[0]
      .as<std::int64_t>();
}

std::int64_t count_mysql(drivers::Connection& connection) {
  const std::unique_ptr<sql::Statement> statement{Mysql::handle(connection).createStatement()};
  const std::unique_ptr<sql::ResultSet> row{statement->executeQuery(
      "SELECT COUNT(*) FROM information_schema.processlist "
      "WHERE user = SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AND id <> CONNECTION_ID()")};
  row->next();
  return row->getInt64(1);
}

std::int64_t count_redis(drivers::Connection& connection) {
  const auto clients = Redis::handle(connection).command({"CLIENT", "LIST"});
  if (!clients) {
    throw std::runtime_error("census: " + clients.error().message);
  }
  // One line a client; redis-cli of the saboteur has no name.
  const std::string_view text = clients->text();
  std::int64_t found = 0;
  for (auto at = text.find(" name=shop/"); at != std::string_view::npos;
       at = text.find(" name=shop/", at + 1)) {
    ++found;
  }
  return found;
}

std::int64_t count_http(drivers::Connection& connection) {
  const auto status = Http::handle(connection).get("/status");
  if (!status) {
    throw std::runtime_error("census: " + status.error().message);
  }
  constexpr std::string_view kPrefix = "Active connections: ";
  return std::stoll(status->body.substr(kPrefix.size())) - 1;  // its own
}

}  // namespace

Census::Census(Stage& stage, const std::array<std::int64_t, kWorkloads>& limits)
    : limits_(limits),
      connections_{
          connect(Postgres::kBackend, stage.orders().port(), harness::kDatabase, harness::kUser),
          connect(Mysql::kBackend, stage.catalog().port(), harness::kDatabase, harness::kUser),
          connect(Redis::kBackend, stage.sessions().port(), "0", ""),
          connect(Http::kBackend, stage.payments().port(), "", "")},
      thread_([this] { count_until_stopped(); }) {}

void Census::stop() {
  stopping_ = true;
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Census::count_until_stopped() {
  while (!stopping_) {
    for (const Workload workload : kEveryWorkload) {
      const std::int64_t seen = count(workload);
      std::int64_t& peak = peaks_.at(index_of(workload));
      peak = std::max(peak, seen);
      over_limit_ += std::max<std::int64_t>(0, seen - limits_.at(index_of(workload)));
    }
    ++counts_;
    std::this_thread::sleep_for(25ms);
  }
}

std::int64_t Census::count(Workload workload) {
  drivers::Connection& connection = *connections_.at(index_of(workload));
  switch (workload) {
    case Workload::kOrders:
      return count_postgres(connection);
    case Workload::kCatalog:
      return count_mysql(connection);
    case Workload::kSessions:
      return count_redis(connection);
    case Workload::kPayments:
      return count_http(connection);
  }
  return 0;
}

}  // namespace millpond::shop
