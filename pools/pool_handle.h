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
#include "millpond/pools/call_site.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/lease.h"
#include "millpond/pools/pool.h"
#include "millpond/pools/snapshot.h"

namespace millpond {

template <class T>
class PoolHandle {
 public:
  explicit PoolHandle(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

  // Waits for a connection, at most options.timeout or the policy's acquire_timeout.
  Result<Lease<T>, AcquireError> acquire(const AcquireOptions& options = {},
                                         const CallSite& site = CallSite::here()) const {
    if (const internal::Ticket ticket = pool_->take(site)) [[likely]] {
      return Lease<T>{*pool_, ticket};
    }
    return lend(pool_->wait_for_one(options, site));
  }

  // Never waits: Errc::kNoneIdle unless a connection is ready to be lent.
  Result<Lease<T>, AcquireError> try_acquire(const CallSite& site = CallSite::here()) const {
    if (const internal::Ticket ticket = pool_->take(site)) [[likely]] {
      return Lease<T>{*pool_, ticket};
    }
    return lend(pool_->find_one(site));
  }

  PoolSnapshot snapshot() const { return pool_->snapshot(); }

 private:
  Result<Lease<T>, AcquireError> lend(Result<internal::Ticket, AcquireError> ticket) const {
    if (!ticket) {
      return tl::unexpected(std::move(ticket.error()));
    }
    return Lease<T>{*pool_, *ticket};
  }

  std::shared_ptr<Pool> pool_;
};

}  // namespace millpond
