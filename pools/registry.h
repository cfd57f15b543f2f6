// The pools of a process, by workload name.
//
// Move-only; every const function is safe to call from any thread. Leases and handles may outlive
// it: they answer Errc::kClosed, and a last return closes its connection on the caller's thread.
//
//   auto registry = millpond::open("pools.toml");
//   auto orders   = registry.pool<millpond::Postgres>("orders-write");
//   registry.with<millpond::Redis>("sessions", [](auto& redis) { redis.command({"PING"}); });
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "millpond/pools/acquire.h"
#include "millpond/pools/call_site.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/env.h"
#include "millpond/pools/error.h"
#include "millpond/pools/pool.h"
#include "millpond/pools/pool_handle.h"
#include "millpond/pools/snapshot.h"

namespace millpond {

// A workload that did not drain in time.
struct Undrained {
  std::string workload;
  std::vector<Holder> holders;
};

class Registry {
 public:
  // `origin` is how messages call the policy: usually its file name. Starts dialing in the
  // background and returns at once. Definitions must have distinct names.
  Registry(std::string origin, std::vector<PoolDefinition> definitions, std::shared_ptr<Env> env);
  // The same on real threads and the real clock.
  Registry(std::string origin, const std::vector<PoolDefinition>& definitions);
  Registry(Registry&&) noexcept;
  Registry& operator=(Registry&&) noexcept;
  ~Registry();  // close()

  // Throws Error: kUnknownWorkload, naming the workloads there are; kWrongBackend, naming the right
  // type. Resolve once and keep the handle.
  template <class T>
  PoolHandle<T> pool(std::string_view workload) const {
    auto found = try_pool<T>(workload);
    if (!found) {
      throw found.error();
    }
    return *std::move(found);
  }

  template <class T>
  Result<PoolHandle<T>> try_pool(std::string_view workload) const {
    return find(workload, T::kBackend).map([](auto pool) {
      return PoolHandle<T>{std::move(pool)};
    });
  }

  // Borrows a connection for the length of one call, as PoolHandle::with() does. Throws Error when
  // there is no such workload.
  template <class T, class Work>
  decltype(auto) with(std::string_view workload, Work&& work, const WorkOptions& options = {},
                      CallSite site = CallSite::here()) const {
    return pool<T>(workload).with(std::forward<Work>(work), options, site);
  }

  // One per pool, in policy order.
  std::vector<PoolSnapshot> snapshot() const;

  // The policies in force, in file order.
  std::vector<policy::PoolPolicy> policies() const;

  // Refuses new acquires, waits up to each pool's drain_timeout for its leases to come back, closes
  // what is idle, and stops the threads. Returns the workloads whose leases are still out, and who
  // holds them; those close as they return. A second call does nothing, nor does a call in the
  // child of a fork, whose parent goes on using the connections.
  std::vector<Undrained> close();

 private:
  struct State;

  Result<std::shared_ptr<Pool>> find(std::string_view workload, std::string_view backend) const;

  std::unique_ptr<State> state_;
};

}  // namespace millpond
