// What most rows are played on: pools opened from a policy file as a service opens them, and the
// server's own list of sessions, which is the oracle.
//
// A registry and a pool are safe to use from any thread, a list of sessions from one at a time.
//
//   Scene scene{server_of(postgres.port()) + pool_of("size = 4\n")};
//   auto orders = scene.pool();
//   PostgresSessions sessions{postgres.port()};
#pragma once

#include <cstdint>
#include <memory>
#include <pqxx/connection>
#include <pqxx/connection_base>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "millpond/millpond.h"
#include "millpond/pools/env.h"
#include "millpond/pools/pool.h"
#include "millpond/tests/harness/servers/scratch_directory.h"

namespace millpond::faults {

inline constexpr char kOrders[] = "orders";

// [server.db] with a PostgreSQL or a Redis of the harness behind the port.
std::string server_of(int port, std::string_view name = "db");
std::string redis_of(int port, std::string_view name = "db");
// [pool.orders] on it; `lines` are its keys.
std::string pool_of(const std::string& lines, std::string_view name = kOrders,
                    std::string_view server = "db");

// One statement's first value; throws what libpqxx throws.
std::string value_of(pqxx::connection_base& connection, const std::string& statement);

class Scene {
 public:
  explicit Scene(const std::string& tables);

  Registry& registry() { return registry_; }
  PoolHandle<Postgres> pool() const { return registry_.pool<Postgres>(kOrders); }
  PoolSnapshot snapshot() const { return registry_.snapshot().front(); }
  // The policy's file is written anew; nobody reads it again but who opens it.
  const std::filesystem::path& folder() const { return directory_.path(); }

 private:
  harness::ScratchDirectory directory_;
  Registry registry_;
};

// One pool without a registry, so that it can be resized; it ticks by itself.
class LonePool {
 public:
  explicit LonePool(const std::string& tables);
  LonePool(const LonePool&) = delete;
  LonePool& operator=(const LonePool&) = delete;
  ~LonePool();  // closes it; leases must be back

  Pool& pool() { return *pool_; }
  PoolHandle<Postgres> handle() const { return PoolHandle<Postgres>{pool_}; }

 private:
  harness::ScratchDirectory directory_;
  std::shared_ptr<Env> env_;
  std::shared_ptr<Pool> pool_;
  std::jthread ticks_;
};

// The sessions of the pools as the server lists them, but for this one.
class PostgresSessions {
 public:
  explicit PostgresSessions(int port);

  std::int64_t count();
  std::vector<int> list();
  // Returns when the server does not list it any more.
  void end(int session);

 private:
  pqxx::connection connection_;
};

}  // namespace millpond::faults
