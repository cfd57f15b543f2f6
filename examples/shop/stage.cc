#include "millpond/examples/shop/stage.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <sstream>

namespace millpond::shop {
namespace {

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream input{text};
  for (std::string line; std::getline(input, line);) {
    lines.insert(line);
  }
  return lines;
}

std::set<std::string> files_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::error_code absent;
  for (const auto& file : std::filesystem::directory_iterator{folder, absent}) {
    names.insert(file.path().filename());
  }
  return names;
}

void set_variable(const char* name, const std::string& value) {
  setenv(name, value.c_str(), 1);
}

// For statements run as the superuser: the shop's account gets what they made.
constexpr char kOrdersSchema[] =
    "CREATE TABLE orders (order_key text PRIMARY KEY, placed_at timestamptz DEFAULT now());"
    "CREATE TABLE order_lines (order_key text, product int, PRIMARY KEY (order_key, product));"
    "GRANT ALL ON orders, order_lines TO millpond;";

constexpr char kCatalogSchema[] =
    "CREATE TABLE millpond.reservations (reservation VARCHAR(64) PRIMARY KEY);"
    "CREATE TABLE millpond.products (product INT PRIMARY KEY, reserved BIGINT NOT NULL);"
    "INSERT INTO millpond.products SELECT seq, 0 FROM millpond.seq_0_to_63;";

}  // namespace

Stage::Stage() {
  orders_.sql(kOrdersSchema);
  catalog_.sql(kCatalogSchema);
  set_variable("SHOP_ORDERS", fmt::format("127.0.0.1:{}/{}", orders_.port(), harness::kDatabase));
  set_variable("SHOP_CATALOG", fmt::format("127.0.0.1:{}/{}", catalog_.port(), harness::kDatabase));
  set_variable("SHOP_SESSIONS", fmt::format("127.0.0.1:{}/0", sessions_.port()));
  set_variable("SHOP_PAYMENTS", fmt::format("http://127.0.0.1:{}/files", payments_.port()));
  set_variable("SHOP_PASSWORD", harness::kPassword);
}

std::set<std::string> Stage::stored_keys(Workload workload) {
  switch (workload) {
    case Workload::kOrders:
      return lines_of(
          orders_.sql("SELECT order_key FROM orders JOIN order_lines USING (order_key)"));
    case Workload::kCatalog:
      return lines_of(catalog_.sql("SELECT reservation FROM millpond.reservations"));
    case Workload::kSessions:
      return lines_of(sessions_.command({"SMEMBERS", "visits"}));
    case Workload::kPayments:
      return files_in(payments_.files() / "payments");
  }
  return {};
}

}  // namespace millpond::shop
