// A pool of a real server's sessions on real threads, closed with the fixture.
//
// For one thread.
//
//   WatchedPool pond(policy, backend.driver(), backend.endpoint());
//   EXPECT_TRUE(pond.await([](const PoolSnapshot& now) { return now.idle == 1; }));
#pragma once

#include <functional>
#include <memory>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/env.h"
#include "millpond/pools/internal/ticker.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/pool.h"
#include "millpond/pools/snapshot.h"

namespace millpond::test {

// Asks again and again; false after ten seconds.
bool await(const std::function<bool()>& condition);

class WatchedPool {
 public:
  WatchedPool(const policy::PoolPolicy& policy, std::shared_ptr<const drivers::Driver> driver,
              const drivers::Endpoint& endpoint);
  ~WatchedPool();
  WatchedPool(const WatchedPool&) = delete;
  WatchedPool& operator=(const WatchedPool&) = delete;

  // An idle connection, or one that is waited for; throws std::runtime_error with the reason.
  internal::Ticket borrow();
  void give_back(const internal::Ticket& ticket) { pool_->release(ticket, Pool::Verdict::kReturn); }
  static drivers::Connection& connection(const internal::Ticket& ticket) {
    return Pool::connection(*ticket.slot);
  }

  // From here on the pool is looked after as a registry does it.
  void start_ticking();

  bool await(const std::function<bool(const PoolSnapshot&)>& condition);
  Pool& pool() { return *pool_; }
  Env& env() { return *env_; }

 private:
  const std::shared_ptr<Env> env_;
  const std::shared_ptr<Pool> pool_;
  std::shared_ptr<internal::Ticker> ticker_;
};

}  // namespace millpond::test
