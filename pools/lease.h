// A borrowed connection: one slot, and exactly one way back.
//
// Move-only; used by one thread at a time, may move between threads, may outlive its registry.
// Giving it back never throws and never waits. Using it after that aborts with the pool's state.
//
//   if (auto lease = orders.acquire()) {
//     pqxx::work tx{lease->connection()};
//     …
//   }                       // returned here; lease->discard() when in doubt
#pragma once

#include <utility>

#include "millpond/drivers/driver.h"
#include "millpond/pools/internal/thread_id.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/pool.h"

namespace millpond {

template <class T>
class PoolHandle;

// T is a backend's tag, such as millpond::Postgres: it names the vendor's handle type and finds it
// in a driver's connection.
template <class T>
class [[nodiscard]] Lease {
 public:
  using Handle = typename T::Handle;

  // The pool outlives it, because the registry keeps every pool it had.
  Lease(Pool& pool, const internal::Ticket& ticket) noexcept : pool_(&pool), ticket_(ticket) {}
  Lease(Lease&& other) noexcept
      : pool_(other.pool_), ticket_(std::exchange(other.ticket_, internal::Ticket{})) {}
  Lease& operator=(Lease&& other) noexcept {
    if (this != &other) {
      give_back(Pool::Verdict::kReturn);
      pool_ = other.pool_;
      ticket_ = std::exchange(other.ticket_, internal::Ticket{});
    }
    return *this;
  }
  [[gnu::always_inline]] ~Lease() {
    if (ticket_) {
      pool_->release(ticket_, Pool::Verdict::kReturn);
    }
  }

  // The vendor's own handle. Valid until the lease is returned or discarded. The thread that asks
  // is from here on the holder that reports name, so that a lease which moved is not held against
  // who borrowed it.
  Handle& connection() const {
    if (!ticket_) [[unlikely]] {
      pool_->abort_on_stale_lease();
    }
    auto& holder = ticket_.slot->holder;
    if (holder.load(std::memory_order_relaxed) != internal::thread_id) [[unlikely]] {
      holder.store(internal::this_thread(), std::memory_order_relaxed);
    }
    return T::handle(Pool::connection(*ticket_.slot));
  }

  // Gives the connection up instead of back: it is closed and replaced, in the background.
  // The lease is empty afterwards.
  void discard() noexcept { give_back(Pool::Verdict::kDiscard); }

 private:
  friend class PoolHandle<T>;

  // The driver's own view of it.
  drivers::Connection& session() const { return Pool::connection(*ticket_.slot); }

  void give_back(Pool::Verdict verdict) noexcept {
    if (const internal::Ticket ticket = std::exchange(ticket_, internal::Ticket{})) {
      pool_->release(ticket, verdict);
    }
  }

  Pool* pool_;
  internal::Ticket ticket_;
};

}  // namespace millpond
