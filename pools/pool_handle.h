// A workload at the call site: its pool, resolved by name once and typed by its backend.
//
// Cheap to copy, safe to share between threads.
//
//   auto orders = registry.pool<millpond::Postgres>("orders-write");
//   if (auto lease = orders.acquire({.timeout = 200ms})) { … } else log(lease.error().message());
#pragma once

#include <memory>
#include <utility>

#include "millpond/pools/acquire.h"
#include "millpond/pools/lease.h"
#include "millpond/pools/pool.h"
#include "millpond/pools/snapshot.h"

namespace millpond {

template <class T>
class PoolHandle {
 public:
  explicit PoolHandle(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

  // Waits for a connection, at most options.timeout or the policy's acquire_timeout.
  Result<Lease<T>, AcquireError> acquire(const AcquireOptions& options = {}) const {
    return lend(pool_->acquire(options));
  }

  // Never waits: Errc::kNoneIdle unless a connection is ready to be lent.
  Result<Lease<T>, AcquireError> try_acquire() const { return lend(pool_->try_acquire()); }

  PoolSnapshot snapshot() const { return pool_->snapshot(); }

 private:
  Result<Lease<T>, AcquireError> lend(Result<internal::SlotId, AcquireError> slot) const {
    if (!slot) {
      return tl::unexpected(std::move(slot.error()));
    }
    return Lease<T>{pool_, *slot};
  }

  std::shared_ptr<Pool> pool_;
};

}  // namespace millpond
