// Millpond as a contender: a registry of one pool on the null driver, borrowed from as a service
// does, through a handle and a lease.
//
// borrow() and borrow_until() are safe from any thread.
//
//   MillpondPool pool(32);
//   pool.borrow([](Session& session) { session.touch(); });
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "millpond/bench/null_driver.h"
#include "millpond/bench/session.h"
#include "millpond/drivers/driver.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/error.h"
#include "millpond/pools/lease.h"
#include "millpond/pools/pool_handle.h"
#include "millpond/pools/registry.h"
#include "millpond/pools/snapshot.h"

namespace millpond::bench {

// What differs from the defaults.
struct MillpondSetup {
  int size = 1;
  std::function<void(policy::PoolPolicy&)> adjust{};
  std::chrono::milliseconds dials_take = NullDriver::kAtOnce;
};

class MillpondPool {
 public:
  // Returns when min_idle connections are open.
  explicit MillpondPool(const MillpondSetup& setup);
  // The defaults.
  explicit MillpondPool(int size) : MillpondPool(MillpondSetup{.size = size}) {}

  template <class Work>
  [[gnu::always_inline]] bool borrow(const Work& work) {
    auto lease = handle_.acquire();
    if (!lease) {
      return false;
    }
    work(lease->connection().session);
    return true;
  }

  template <class Work>
  Outcome borrow_until(std::chrono::steady_clock::time_point deadline, const Work& work) {
    const auto left = deadline - std::chrono::steady_clock::now();
    auto lease =
        handle_.acquire({.timeout = std::chrono::duration_cast<std::chrono::microseconds>(left)});
    if (!lease) {
      return lease.error().code == Errc::kTimeout ? Outcome::kTimedOut : Outcome::kRefused;
    }
    work(lease->connection().session);
    return Outcome::kServed;
  }

  // Keeps so many connections from everybody else, until the leases are gone. Throws Error when
  // there are not so many.
  std::vector<Lease<Null>> hold(int count);

  const PoolHandle<Null>& handle() const { return handle_; }
  PoolSnapshot snapshot() const { return handle_.snapshot(); }

 private:
  Registry registry_;
  PoolHandle<Null> handle_;
};

// The definition of a pool on the null driver.
PoolDefinition define(const MillpondSetup& setup);

// Returns when each pool of the registry has its min_idle.
void await_idle(const Registry& registry);

}  // namespace millpond::bench
