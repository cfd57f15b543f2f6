// The demo's servers, with the shop's tables in them, and the environment that pools.toml reads.
//
// Make it on the main thread, before any other thread starts: it sets environment variables.
#pragma once

#include <set>
#include <string>

#include "millpond/examples/shop/workloads.h"
#include "millpond/tests/harness/servers/servers.h"

namespace millpond::shop {

class Stage {
 public:
  Stage();

  harness::Postgres& orders() { return orders_; }
  harness::MariaDb& catalog() { return catalog_; }
  harness::Redis& sessions() { return sessions_; }
  harness::Nginx& payments() { return payments_; }

  // The idempotency keys that a workload's server holds, of whole operations only.
  std::set<std::string> stored_keys(Workload workload);

 private:
  harness::Postgres orders_;
  harness::MariaDb catalog_;
  harness::Redis sessions_;
  harness::Nginx payments_;
};

}  // namespace millpond::shop
