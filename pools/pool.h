// One workload's pool: the lock-free way in and out, one mutex around the decisions (PoolCore), the
// connections themselves, and the work that the decisions ask for, done without the lock.
//
// Safe to call from any thread. Services use it through PoolHandle and Lease. A pool whose leases
// may be out must not go: Registry::close() keeps its pools for good.
//
// Cost of an acquire that finds the thread's last connection idle and of a return that needs no
// reset: one compare-and-swap and one plain store; no lock, no clock, no allocation, no system
// call.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/socket_observer.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/acquire.h"
#include "millpond/pools/call_site.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/env.h"
#include "millpond/pools/internal/actions.h"
#include "millpond/pools/internal/credentials.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/fast_path.h"
#include "millpond/pools/internal/lane.h"
#include "millpond/pools/internal/machine.h"
#include "millpond/pools/internal/mutex.h"
#include "millpond/pools/internal/parked_waiter.h"
#include "millpond/pools/internal/pool_core.h"
#include "millpond/pools/internal/retries.h"
#include "millpond/pools/internal/segments.h"
#include "millpond/pools/internal/server.h"
#include "millpond/pools/internal/slot.h"
#include "millpond/pools/internal/slot_table.h"
#include "millpond/pools/internal/thread_id.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/internal/waiter.h"
#include "millpond/pools/snapshot.h"
#include "millpond/pools/time_point.h"

namespace millpond {

class Pool : public std::enable_shared_from_this<Pool>, private internal::Machine {
 public:
  // How a borrower gives a connection back.
  enum class Verdict : std::uint8_t { kReturn, kDiscard };

  // What it knows of its server it shares with the other pools of `server`; without one it is the
  // server's only pool.
  Pool(PoolDefinition definition, std::shared_ptr<Env> env,
       std::shared_ptr<internal::Server> server = nullptr);
  ~Pool() override;
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Opens connections up to min_idle in the background.
  void start();

  // An idle connection, if one is at hand. What it gives is the caller's until it calls release().
  [[gnu::always_inline]] internal::Ticket take(CallSite site) {
    internal::Slot* slot = table_.take_home();
    if (slot == nullptr) [[unlikely]] {
      slot = take_nearby();
      if (slot == nullptr) {
        return {};
      }
    }
    if ((slot->word.marks() & internal::kUnlendableMarks) != 0) [[unlikely]] {
      look_at(*slot);
      return {};
    }
    return begin_lease(*slot, site);
  }

  // Where take() found none: waits for one until the timeout.
  Result<internal::Ticket, AcquireError> wait_for_one(const AcquireOptions& options, CallSite site);

  // The same without waiting. Asks for one more connection where the pool may grow.
  Result<internal::Ticket, AcquireError> find_one(CallSite site);

  // For whoever has the slot.
  static drivers::Connection& connection(const internal::Slot& slot) noexcept {
    return *static_cast<drivers::Connection*>(slot.payload);
  }

  // A broken invariant of the caller's: says which, and what the pool looks like.
  [[noreturn, gnu::cold]] void abort_on_stale_lease() const;

  // Not inlined: one call from wherever a lease ends, with the ticket in registers.
  [[gnu::noinline]] void release(internal::Ticket ticket, Verdict verdict) noexcept {
    if (!ticket.valid()) [[unlikely]] {
      abort_on_stale_lease();
    }
    internal::Slot& slot = *ticket.slot;
    const internal::Return how = judge(slot, verdict);
    slot.end_lease();
    if (how == internal::Return::kClean) [[likely]] {
      const internal::Next next = internal::return_quietly(table_, slot);
      if (next == internal::Next::kDone) [[likely]] {
        return;
      }
      if (next == internal::Next::kLookAgain) {
        look_again(slot);
        return;
      }
    }
    release_slowly(slot, how);
  }

  // For whoever has leased it: whether the session answers within validate_timeout.
  bool proves(drivers::Connection& session) const;

  // Waits as long as lies between two tries, or until the token says stop.
  void pause(const internal::Retries& retries, const std::stop_token& stop) const;

  // One round of maintenance; the registry calls it every tick.
  void tick();

  // Another size, live both ways: a smaller one is reached as connections come back.
  void resize(std::int64_t size);

  // Replaces every connection: idle ones now, borrowed ones as they come back. A password that the
  // server has rejected is tried once more.
  void bump_generation();

  // Refuses callers and closes what is idle; what is leased closes as it returns.
  void close();

  // Waits until every connection is closed. False when some lease was still out at the deadline.
  bool await_closed(TimePoint deadline);

  // After that: ends the probes and resets under way, whose sessions close.
  void call_off();

  PoolSnapshot snapshot() const;

  // Who has connections now, the longest first, as far as there is room.
  std::vector<Holder> holders() const;

  std::string_view backend() const { return definition_.driver->backend(); }
  const policy::PoolPolicy& policy() const { return definition_.policy; }

  // Around fork(2), see internal/fork_guard.h.
  void lock_for_fork() MILLPOND_ACQUIRE(mu_);
  void unlock_after_fork() MILLPOND_RELEASE(mu_);
  void abandon_in_child() MILLPOND_RELEASE(mu_);

 private:
  internal::Ticket begin_lease(internal::Slot& slot, CallSite site) noexcept {
    return {&slot, slot.begin_lease({.site = site,
                                     .thread = internal::thread_id,
                                     .since = coarse_now_.load(std::memory_order_relaxed)})};
  }

  internal::Return judge(const internal::Slot& slot, Verdict verdict) const noexcept {
    using drivers::ResetNeed;
    const ResetNeed need =
        verdict == Verdict::kDiscard ? ResetNeed::kReplacement : connection(slot).reset_need();
    if (need < dirty_from_) [[likely]] {
      return internal::Return::kClean;
    }
    return need == ResetNeed::kReplacement ? internal::Return::kBroken : internal::Return::kDirty;
  }

  // How a queued wait ended: kTimeout, kCancelled, or nothing where the waiter has its answer.
  std::optional<Errc> await_turn(internal::ParkedWaiter& waiter, const std::stop_token& stop,
                                 std::size_t& ahead);
  bool withdraw(internal::ParkedWaiter& waiter, std::size_t& ahead);
  internal::Admission look_around(internal::ParkedWaiter& waiter);
  [[gnu::noinline]] internal::Slot* take_nearby() noexcept {
    internal::this_thread();
    return table_.take_nearby();
  }
  [[gnu::cold]] void look_at(internal::Slot& slot);
  [[gnu::cold]] void look_again(internal::Slot& slot) noexcept;
  [[gnu::cold]] void release_slowly(internal::Slot& slot, internal::Return how) noexcept;
  void release_to_core(internal::Slot& slot, internal::Return how, TimePoint returned) noexcept;

  // Runs one event on the core and does what it asks for.
  template <class Event>
  void happen(const Event& event);
  void perform(const internal::Actions& actions);
  void post(internal::Action action);
  void run(internal::Action action);
  void dial(const internal::Action& action);
  using Dialled = drivers::Result<std::unique_ptr<drivers::Connection>>;
  Dialled connect(internal::EndpointId endpoint) const;
  Dialled log_in(internal::EndpointId endpoint,
                 const internal::Credentials::Version& credentials) const;
  drivers::Result<void> check_role(drivers::Connection& connection,
                                   const drivers::Budget& budget) const;
  // The watch over a slot's socket, by who has the slot (pool_watch.cc).
  class SocketWatch;
  void watch_socket(internal::SlotId slot);
  void unwatch_socket(internal::SlotId slot) noexcept;
  void hear_hang_up(internal::SlotId slot, std::uint64_t watch);

  void probe(internal::SlotId slot);
  void reset(internal::SlotId slot);
  void close_connection(internal::SlotId slot);
  void heavy_fence() noexcept override;

  TimePoint now() const;
  void note_error(const drivers::Error& error, std::string endpoint = {});
  void follow_password(TimePoint at);
  void follow_names(TimePoint at);
  void note_peer(internal::SlotId slot, std::string address);
  void report_if_closed() MILLPOND_REQUIRES(mu_);
  struct Report;
  Report report() const MILLPOND_EXCLUDES(mu_);
  PoolSnapshot snapshot_of(const Report& report) const;
  std::vector<EndpointSnapshot> endpoints_of(const Report& report) const;
  std::vector<std::pair<std::int64_t, internal::SlotId>> leased_since() const;
  static Holder holder_of(const internal::Slot& slot, TimePoint when);
  struct Failure {
    Errc code = Errc::kTimeout;
    TimePoint since;
    std::size_t ahead = 0;  // waiters before this one when it gave up
    bool queued = false;
  };
  AcquireError describe(const Failure& failure) const;

  const PoolDefinition definition_;
  const std::shared_ptr<Env> env_;
  const std::shared_ptr<internal::Server> server_;
  const std::shared_ptr<internal::Lane> lane_;  // for all work but dials
  const policy::Reset reset_;
  const drivers::ResetNeed dirty_from_;  // from this need on a returned connection is reset
  const std::chrono::nanoseconds handoff_after_;

  internal::SlotTable table_;
  // Indexed by slot. Who may touch one follows from who has its slot: the borrower while it is
  // lent, the worker while dialing, probing, resetting, or closing.
  internal::Segments<std::unique_ptr<drivers::Connection>> connections_;
  // Set by the tick and by events, for dates that may be a tick off. ns of the steady clock.
  std::atomic<std::int64_t> coarse_now_;

  mutable internal::Mutex mu_;
  internal::Segments<std::string> peers_;  // addresses by slot, under mu_
  internal::PoolCore core_ MILLPOND_GUARDED_BY(mu_);
  std::shared_ptr<const internal::Mishap> last_error_ MILLPOND_GUARDED_BY(mu_);

  std::stop_source stop_dials_;
  std::stop_source stop_work_;                // probes and resets
  std::atomic<bool> writes_{false};           // its work has met a server that takes no writes
  std::atomic<std::uint64_t> names_{0};       // the version that its sessions were compared with
  std::atomic<std::uint64_t> password_{0};    // the version that its sessions are to have
  std::atomic<bool> abandoned_{false};        // this is the child of a fork
  std::atomic<std::uint32_t> all_closed_{0};  // parked on by await_closed()

  // As connections_; last, because the ways in and out have no use for it.
  internal::Segments<std::unique_ptr<drivers::SocketObserver>> socket_watches_;
};

template <class Event>
void Pool::happen(const Event& event) {
  internal::Actions actions;
  {
    const internal::MutexLock lock(mu_);
    event(core_, actions);
    report_if_closed();
  }
  perform(actions);
  while (actions.full()) {
    actions = internal::Actions{};
    {
      const internal::MutexLock lock(mu_);
      core_.resume(now(), actions);
    }
    perform(actions);
  }
}

}  // namespace millpond
