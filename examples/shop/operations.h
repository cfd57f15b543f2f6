// What the shop does with a leased connection: one function a workload, in the vendor's own API.
// Each is idempotent in its key, so that it may be repeated when nobody knows how far it got.
//
// They throw what the vendor throws, or std::runtime_error.
#pragma once

#include <cppconn/connection.h>

#include <pqxx/pqxx>
#include <string>

#include "millpond/drivers/http/session.h"
#include "millpond/drivers/redis/session.h"
#include "millpond/examples/shop/ambush.h"

namespace millpond::shop {

void reserve_stock(sql::Connection& catalog, const std::string& key, Ambush& ambush);
void remember_visit(RedisSession& sessions, const std::string& key, Ambush& ambush);
void place_order(pqxx::connection_base& orders, const std::string& key, Ambush& ambush);
void pay(HttpSession& payments, const std::string& key);

}  // namespace millpond::shop
