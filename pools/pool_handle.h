// A workload at the call site: its pool, resolved by name once and typed by its backend.
//
// Cheap to copy, safe to share between threads.
//
//   auto orders = registry.pool<millpond::Postgres>("orders-write");
//   if (auto lease = orders.acquire({.timeout = 200ms})) { … } else log(lease.error().message());
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>
#include <variant>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/net/sent_watch.h"
#include "millpond/pools/acquire.h"
#include "millpond/pools/call_site.h"
#include "millpond/pools/error.h"
#include "millpond/pools/internal/retries.h"
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

  // Borrows a connection for the length of one call, and gives back what the work returns. When the
  // work throws, the connection is given up rather than back: nobody knows how far it got. Throws
  // Error when there is none to borrow.
  //
  // Work that failed, by an exception or by returning a drivers::Result with an error, is done
  // again up to max_retries times, with retry_backoff in between, on a session that has just proven
  // itself: always where its session broke before anything was sent, and where the options call it
  // idempotent as retry_on says. After the last try its own failure is what the caller sees.
  template <class Work>
  std::invoke_result_t<Work&, typename T::Handle&> with(Work&& work,
                                                        const WorkOptions& options = {},
                                                        CallSite site = CallSite::here()) const {
    using Done = std::invoke_result_t<Work&, typename T::Handle&>;
    for (internal::Retries retries{pool_->policy(), options.idempotent};;) {
      Lease<T> lease = borrow(options, retries, site);
      if (auto tried = try_once(work, lease, retries)) {
        return static_cast<Done>(*std::move(tried));
      }
    }
  }

  PoolSnapshot snapshot() const { return pool_->snapshot(); }

  // Replaces every connection: idle ones now, borrowed ones as they come back. A password that the
  // server has rejected is tried once more.
  void recycle() const { pool_->bump_generation(); }

 private:
  // Of what a work returns: whether it can say that it failed, and of what kind.
  template <class Done>
  struct FailsByResult : std::false_type {};
  template <class Value>
  struct FailsByResult<drivers::Result<Value>> : std::true_type {};

  // What one try gives: what the work returned, in a form that can be kept, or nothing where it is
  // to be tried again.
  template <class Done>
  using Kept = std::conditional_t<
      std::is_void_v<Done>, std::monostate,
      std::conditional_t<std::is_reference_v<Done>,
                         std::reference_wrapper<std::remove_reference_t<Done>>, Done>>;

  template <class Work, class Done = std::invoke_result_t<Work&, typename T::Handle&>>
  static std::optional<Kept<Done>> try_once(Work& work, Lease<T>& lease,
                                            internal::Retries& retries) {
    drivers::Connection& session = lease.session();
    const drivers::SentWatch watch{retries.left() ? session.watch_fd() : -1};
    try {
      if constexpr (std::is_void_v<Done>) {
        std::invoke(work, lease.connection());
        return std::monostate{};
      } else if constexpr (!FailsByResult<Done>::value) {
        return std::invoke(work, lease.connection());
      } else if (Done done = std::invoke(work, lease.connection());
                 done || !retries.again(failed(session, watch, done.error().kind))) {
        return done;
      }
    } catch (const std::exception& error) {
      const auto failure = failed(session, watch, kind_of(error));
      lease.discard();
      if (!retries.again(failure)) {
        throw;
      }
    } catch (...) {
      lease.discard();
      throw;
    }
    return std::nullopt;
  }

  // What the backend's tag makes of an exception; a tag need not know.
  static std::optional<drivers::ErrorKind> kind_of(const std::exception& error) {
    if constexpr (requires { T::kind_of(error); }) {
      return T::kind_of(error);
    } else {
      return std::nullopt;
    }
  }

  static internal::FailedWork failed(drivers::Connection& session, const drivers::SentWatch& watch,
                                     std::optional<drivers::ErrorKind> kind) {
    if (kind == drivers::ErrorKind::kReadOnly) {
      session.note_refused_write();
    }
    return {.broken = !session.reusable(), .nothing_sent = watch.nothing_sent(), .kind = kind};
  }

  // For another try: after the pause, with nothing held meanwhile, a session that answers now, not
  // one that did before its server was restarted.
  Lease<T> borrow(const WorkOptions& options, const internal::Retries& retries,
                  CallSite site) const {
    if (retries.is_retry()) {
      pool_->pause(retries, options.stop);
    }
    for (;;) {
      auto lease = acquire({.timeout = options.timeout, .stop = options.stop}, site);
      if (!lease) {
        throw Error{lease.error().code, lease.error().message()};
      }
      if (!retries.is_retry() || pool_->proves(lease->session())) {
        return *std::move(lease);
      }
      lease->discard();
    }
  }

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
