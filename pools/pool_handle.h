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
      const AcquireOptions& options, CallSite site = CallSite::here()) const {
    return lend(site, [&](CallSite asked) { return pool_->wait_for_one(options, asked); });
  }
  [[gnu::always_inline]] Result<Lease<T>, AcquireError> acquire(
      CallSite site = CallSite::here()) const {
    return lend(site, [&](CallSite asked) { return pool_->wait_for_one({}, asked); });
  }

  // Never waits: Errc::kNoneIdle unless a connection is ready to be lent.
  [[gnu::always_inline]] Result<Lease<T>, AcquireError> try_acquire(
      CallSite site = CallSite::here()) const {
    return lend(site, [&](CallSite asked) { return pool_->find_one(asked); });
  }

  PoolSnapshot snapshot() const { return pool_->snapshot(); }

 private:
  // Inlined as a whole, so that the lease lives in registers while nothing goes wrong.
  template <class Slow>
  [[gnu::always_inline]] Result<Lease<T>, AcquireError> lend(CallSite site,
                                                             const Slow& slow) const {
    internal::Ticket ticket = pool_->take(site);
    if (!ticket) [[unlikely]] {
      // A copy, so that `site` itself stays in registers on the way that is fast.
      auto found = slow(CallSite{site.file, site.function, site.line});
      if (!found) {
        return tl::unexpected(std::move(found.error()));
      }
      ticket = *found;
    }
    return Result<Lease<T>, AcquireError>{tl::in_place, *pool_, ticket};
  }

  std::shared_ptr<Pool> pool_;
};

}  // namespace millpond
