// A borrowed connection: one slot, and exactly one way back.
//
// Move-only; used by one thread at a time, may move between threads, may outlive its registry.
// Giving it back never throws and never waits.
//
//   if (auto lease = orders.acquire()) {
//     pqxx::work tx{lease->connection()};
//     …
//   }                       // returned here; lease->discard() when in doubt
#pragma once

#include <memory>
#include <utility>

#include "millpond/pools/internal/slot.h"
#include "millpond/pools/pool.h"

namespace millpond {

// T is a backend's tag, such as millpond::Postgres: it names the vendor's handle type and finds it
// in a driver's connection.
template <class T>
class [[nodiscard]] Lease {
 public:
  using Handle = typename T::Handle;

  Lease(std::shared_ptr<Pool> pool, internal::SlotId slot) noexcept
      : pool_(std::move(pool)), slot_(slot) {}
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&& other) noexcept {
    if (this != &other) {
      give_back(Pool::Verdict::kReturn);
      pool_ = std::move(other.pool_);
      slot_ = other.slot_;
    }
    return *this;
  }
  ~Lease() { give_back(Pool::Verdict::kReturn); }

  // The vendor's own handle. Valid until the lease is returned or discarded.
  Handle& connection() const { return T::handle(pool_->connection(slot_)); }

  // Gives the connection up instead of back: it is closed and replaced, in the background.
  // The lease is empty afterwards.
  void discard() noexcept { give_back(Pool::Verdict::kDiscard); }

 private:
  void give_back(Pool::Verdict verdict) noexcept {
    if (const std::shared_ptr<Pool> pool = std::move(pool_)) {
      pool->release(slot_, verdict);
    }
  }

  std::shared_ptr<Pool> pool_;
  internal::SlotId slot_;
};

}  // namespace millpond
