#include "millpond/examples/shop/operations.h"

#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <fmt/format.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace millpond::shop {
namespace {

constexpr int kProducts = 64;

int product_of(const std::string& key) {
  return static_cast<int>(std::hash<std::string>{}(key) % kProducts);
}

RedisReply expect(RedisSession& sessions, std::initializer_list<std::string_view> command) {
  auto reply = sessions.command(command);
  if (!reply) {
    throw std::runtime_error(reply.error().message);
  }
  if (reply->is_error()) {
    throw std::runtime_error(std::string{reply->text()});
  }
  return *std::move(reply);
}

}  // namespace

void reserve_stock(sql::Connection& catalog, const std::string& key, Ambush& ambush) {
  const std::unique_ptr<sql::Statement> statement{catalog.createStatement()};
  statement->execute("START TRANSACTION");
  const std::unique_ptr<sql::PreparedStatement> reserve{
      catalog.prepareStatement("INSERT IGNORE INTO reservations (reservation) VALUES (?)")};
  reserve->setString(1, key);
  const bool first_time = reserve->executeUpdate() == 1;
  ambush.pass([&] {
    const std::unique_ptr<sql::ResultSet> row{statement->executeQuery("SELECT CONNECTION_ID()")};
    row->next();
    return std::string{row->getString(1)};
  });
  if (first_time) {
    statement->execute(fmt::format("UPDATE products SET reserved = reserved + 1 WHERE product = {}",
                                   product_of(key)));
  }
  statement->execute("COMMIT");
}

void remember_visit(RedisSession& sessions, const std::string& key, Ambush& ambush) {
  expect(sessions, {"HSET", "visit:" + key, "state", "browsing"});
  ambush.pass([&] { return std::to_string(expect(sessions, {"CLIENT", "ID"}).integer()); });
  expect(sessions, {"SADD", "visits", key});
}

void place_order(pqxx::connection_base& orders, const std::string& key, Ambush& ambush) {
  pqxx::work transaction{orders};
  const std::string quoted = transaction.quote(key);
  transaction.exec("INSERT INTO orders (order_key) VALUES (" + quoted + ") ON CONFLICT DO NOTHING");
  ambush.pass([&] { return std::to_string(orders.backendpid()); });
  transaction.exec(fmt::format(
      "INSERT INTO order_lines (order_key, product) VALUES ({}, {}) ON CONFLICT DO NOTHING", quoted,
      product_of(key)));
  transaction.commit();
}

void pay(HttpSession& payments, const std::string& key) {
  // PUT is idempotent by definition: the key is the payment's address.
  const auto response = payments.put("/payments/" + key, "{\"amount\": 42}\n");
  if (!response) {
    throw std::runtime_error(response.error().message);
  }
  if (response->status != 201 && response->status != 204) {
    throw std::runtime_error(fmt::format("payment refused: HTTP {}", response->status));
  }
}

}  // namespace millpond::shop
