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
  [[gnu::always_inline]] Result<Lease<T>, AcquireError> acquire(
      const AcquireOptions& options, const CallSite& site = CallSite::here()) const {
    if (const internal::Ticket ticket = pool_->take(site)) [[likely]] {
      return Result<Lease<T>, AcquireError>{tl::in_place, *pool_, ticket};
    }
    return wait(options, site);
  }
  [[gnu::always_inline]] Result<Lease<T>, AcquireError> acquire(
      const CallSite& site = CallSite::here()) const {
    if (const internal::Ticket ticket = pool_->take(site)) [[likely]] {
      return Result<Lease<T>, AcquireError>{tl::in_place, *pool_, ticket};
    }
    return wait({}, site);
  }

  // Never waits: Errc::kNoneIdle unless a connection is ready to be lent.
  [[gnu::always_inline]] Result<Lease<T>, AcquireError> try_acquire(
      const CallSite& site = CallSite::here()) const {
    if (const internal::Ticket ticket = pool_->take(site)) [[likely]] {
      return Result<Lease<T>, AcquireError>{tl::in_place, *pool_, ticket};
    }
    return find(site);
  }

  PoolSnapshot snapshot() const { return pool_->snapshot(); }

 private:
  // Out of line, so that the happy path is small enough to be inlined at every call site.
  [[gnu::noinline, gnu::cold]] Result<Lease<T>, AcquireError> wait(const AcquireOptions& options,
                                                                   const CallSite& site) const {
    return pool_->wait_for_one(options, site).map(lend());
  }
  [[gnu::noinline, gnu::cold]] Result<Lease<T>, AcquireError> find(const CallSite& site) const {
    return pool_->find_one(site).map(lend());
  }
  auto lend() const {
    return [this](const internal::Ticket& ticket) { return Lease<T>{*pool_, ticket}; };
  }

  std::shared_ptr<Pool> pool_;
};

}  // namespace millpond
