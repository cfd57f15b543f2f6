// One workload's pool: one mutex around the decisions (PoolCore), the connections themselves, and
// the work that the decisions ask for, done without the lock.
//
// Safe to call from any thread. Services use it through PoolHandle and Lease.
//
// Cost of an acquire that finds an idle connection, and of a return that needs no reset: two clock
// reads and one short critical section; no allocation, no system call.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/pools/acquire.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/env.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/mutex.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/snapshot.h"
#include "millpond/pools/time_point.h"

namespace millpond {

class Pool : public std::enable_shared_from_this<Pool> {
 public:
  // How a borrower gives a connection back.
  enum class Verdict : std::uint8_t { kReturn, kDiscard };

  Pool(PoolDefinition definition, std::shared_ptr<Env> env);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Opens connections up to min_idle in the background.
  void start();

  // Waits for a slot until the timeout. The slot is the caller's until it calls release().
  Result<internal::SlotId, AcquireError> acquire(const AcquireOptions& options);

  // The same without waiting. Asks for one more connection where the pool may grow.
  Result<internal::SlotId, AcquireError> try_acquire();

  drivers::Connection& connection(internal::SlotId slot) { return *connections_[slot]; }

  void release(internal::SlotId slot, Verdict verdict) noexcept;

  // One round of maintenance; the registry calls it every tick.
  void tick();

  // Refuses callers and closes what is idle; what is leased closes as it returns.
  void close();

  // Waits until every connection is closed. False when some lease was still out at the deadline.
  bool await_closed(TimePoint deadline);

  PoolSnapshot snapshot() const;

  std::string_view backend() const { return definition_.driver->backend(); }
  const policy::PoolPolicy& policy() const { return definition_.policy; }

 private:
  struct LastError {
    drivers::Error error;
    TimePoint when;
  };

  void perform(const internal::Actions& actions);
  void post(internal::Action action);
  void run(internal::Action action);
  void dial(internal::SlotId slot);
  drivers::Result<std::unique_ptr<drivers::Connection>> connect() const;
  void probe(internal::SlotId slot);
  void reset(internal::SlotId slot);
  void close_connection(internal::SlotId slot);

  internal::Return judge(internal::SlotId slot, Verdict verdict) const;
  void note_error(const drivers::Error& error) MILLPOND_REQUIRES(mu_);
  void report_if_closed() MILLPOND_REQUIRES(mu_);
  PoolSnapshot snapshot_locked(TimePoint now) const MILLPOND_REQUIRES(mu_);
  AcquireError failure(Errc code, TimePoint since) const;

  const PoolDefinition definition_;
  const std::shared_ptr<Env> env_;

  mutable internal::Mutex mu_;
  internal::PoolCore core_ MILLPOND_GUARDED_BY(mu_);
  std::optional<LastError> last_error_ MILLPOND_GUARDED_BY(mu_);

  // Indexed by slot. Who may touch one follows from its slot's state, which changes under mu_ only:
  // the borrower while leased, the worker while dialing, probing, resetting, or closing.
  std::vector<std::unique_ptr<drivers::Connection>> connections_;

  std::stop_source stop_dials_;
  std::atomic<std::uint32_t> all_closed_{0};  // parked on by await_closed()
};

}  // namespace millpond
