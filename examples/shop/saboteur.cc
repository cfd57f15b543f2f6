#include "millpond/examples/shop/saboteur.h"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <optional>
#include <thread>

namespace millpond::shop {
namespace {

using namespace std::chrono_literals;

// Asks every ten milliseconds, at most two seconds: the servers end a session in their own time.
bool becomes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 200; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

bool kill_postgres(harness::Postgres& server, const std::string& pid) {
  server.sql(fmt::format("SELECT pg_terminate_backend({})", pid));
  return becomes_true([&] {
    return server.sql(fmt::format("SELECT count(*) FROM pg_stat_activity WHERE pid = {}", pid)) ==
           "0\n";
  });
}

bool kill_mysql(harness::MariaDb& server, const std::string& id) {
  server.sql(fmt::format("KILL {}", id));
  return becomes_true([&] {
    return server.sql(fmt::format(
               "SELECT COUNT(*) FROM information_schema.processlist WHERE id = {}", id)) == "0\n";
  });
}

bool kill_redis(harness::Redis& server, const std::string& id) {
  server.command({"CLIENT", "KILL", "ID", id});
  return becomes_true([&] {
    return server.command({"CLIENT", "LIST", "ID", id}).find("id=") == std::string::npos;
  });
}

}  // namespace

std::vector<Kill> kill_leased_sessions(Crew& crew, Stage& stage) {
  std::vector<Kill> kills;
  const auto kill = [&](Workload workload, auto& server, auto how) {
    Ambush& ambush = crew.ambush(workload);
    if (const std::optional<std::string> session = ambush.catch_one()) {
      kills.push_back({workload, *session, how(server, *session)});
    }
    ambush.release();
  };
  kill(Workload::kOrders, stage.orders(), kill_postgres);
  kill(Workload::kCatalog, stage.catalog(), kill_mysql);
  kill(Workload::kSessions, stage.sessions(), kill_redis);
  return kills;
}

}  // namespace millpond::shop
