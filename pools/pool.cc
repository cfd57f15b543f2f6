#include "millpond/pools/pool.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace millpond {

using internal::Action;
using internal::Actions;
using internal::Admission;
using internal::MutexLock;
using internal::ParkedWaiter;
using internal::Patience;
using internal::PoolCore;
using internal::Refusal;
using internal::Slot;
using internal::SlotTable;
using internal::Ticket;

namespace {

// Longer waits are cut to this, so that no deadline overflows.
constexpr std::chrono::microseconds kLongestWait = std::chrono::hours{24 * 365};

// A holder that was preempted for a moment is let finish before anybody queues for it: parking and
// being woken costs some microseconds more than that.
constexpr int kYields = 1;

Errc errc_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kQueueFull:
      return Errc::kQueueFull;
    case Refusal::kNoneIdle:
      return Errc::kNoneIdle;
    case Refusal::kBackendDown:
      return Errc::kBackendDown;
    case Refusal::kExhausted:
      return Errc::kExhausted;
    case Refusal::kShed:
      return Errc::kOverloaded;
    case Refusal::kDeadlock:
      return Errc::kDeadlock;
    case Refusal::kForked:
      return Errc::kForked;
    case Refusal::kClosed:
    case Refusal::kNone:
      break;
  }
  return Errc::kClosed;
}

// Validation of every connection is the core's, so that it is the core that lends.
internal::Turn turn_of(const policy::PoolPolicy& policy) {
  using internal::Turn;
  if (policy.validate == policy::Validate::kAlways) {
    return Turn::kCore;
  }
  return policy.order == policy::Order::kLifo ? Turn::kHome : Turn::kNext;
}

drivers::ResetNeed dirty_from(policy::Reset reset) {
  using drivers::ResetNeed;
  switch (reset) {
    case policy::Reset::kFull:
      return ResetNeed::kNone;
    case policy::Reset::kNone:
      return ResetNeed::kReplacement;
    default:
      return ResetNeed::kTransaction;
  }
}

SlotTable::Shape shape_of(const policy::PoolPolicy& policy, const Barrier& barrier) {
  using internal::Fencing;
  return {.slots = PoolCore::slots_for(policy),
          .turn = turn_of(policy),
          .fencing = barrier.available() ? Fencing::kAsymmetric : Fencing::kSymmetric};
}

}  // namespace

Pool::Pool(PoolDefinition definition, std::shared_ptr<Env> env,
           std::shared_ptr<internal::Server> server)
    : definition_(std::move(definition)),
      env_(std::move(env)),
      server_(server != nullptr ? std::move(server)
                                : std::make_shared<internal::Server>(definition_)),
      lane_(std::make_shared<internal::Lane>(env_->executor(),
                                             definition_.policy.max_concurrent_dials)),
      reset_(definition_.policy.reset),
      dirty_from_(dirty_from(reset_)),
      handoff_after_(definition_.policy.handoff_after),
      table_(shape_of(definition_.policy, env_->barrier())),
      connections_(table_.size()),
      coarse_now_(env_->clock().now().time_since_epoch().count()),
      peers_(table_.size()),
      core_(definition_.policy, {.table = table_,
                                 .machine = *this,
                                 .gate = server_->endpoints(),
                                 .endpoints = server_->endpoints().count(),
                                 .seed = env_->random().next()}),
      socket_watches_(table_.size()) {
  server_->endpoints().join(definition_.policy);
}

// What is still open closes with it, and nobody is to be told of that any more.
Pool::~Pool() {
  for (internal::SlotId slot = 0; slot < table_.size(); ++slot) {
    unwatch_socket(slot);
  }
}

void Pool::start() {
  tick();
}

TimePoint Pool::now() const {
  return env_->clock().now();
}

void Pool::heavy_fence() noexcept {
  if (table_.fencing() == internal::Fencing::kAsymmetric) {
    env_->barrier().heavy();
  }
}

// Callers.

Result<Ticket, AcquireError> Pool::wait_for_one(const AcquireOptions& options, CallSite site) {
  for (int i = 0; i < kYields; ++i) {
    env_->clock().yield();
    if (const Ticket ticket = take(site)) {
      return ticket;
    }
  }
  const TimePoint since = now();
  const auto allowed = options.timeout.value_or(definition_.policy.acquire_timeout);
  ParkedWaiter waiter(env_->clock());
  waiter.thread = internal::this_thread();
  waiter.deadline = since + std::min(allowed, kLongestWait);
  Admission admission = Admission::kRefused;
  happen([&](PoolCore& core, Actions& actions) {
    admission = core.acquire(waiter, Patience::kWait, since, actions);
  });
  Failure failure{.since = since};
  if (admission == Admission::kQueued) {
    failure.queued = true;
    const std::optional<Errc> gave_up = await_turn(waiter, options.stop, failure.ahead);
    if (waiter.nudged) {
      waiter.await(ParkedWaiter::kLookAgain);  // on its way: it must find this waiter alive
    }
    if (gave_up) {
      failure.code = *gave_up;
      return tl::unexpected(describe(failure));
    }
  }
  if (waiter.refusal != Refusal::kNone) {
    failure.code = errc_of(waiter.refusal);
    return tl::unexpected(describe(failure));
  }
  table_.settle(table_[waiter.slot]);
  return begin_lease(table_[waiter.slot], site);
}

std::optional<Errc> Pool::await_turn(ParkedWaiter& waiter, const std::stop_token& stop,
                                     std::size_t& ahead) {
  const auto interrupt = [&waiter] { waiter.signal(ParkedWaiter::kStop); };
  std::optional<std::stop_callback<decltype(interrupt)>> on_stop;
  if (stop.stop_possible()) {
    on_stop.emplace(stop, interrupt);
  }
  constexpr auto kAny = ParkedWaiter::kDone | ParkedWaiter::kLookAgain | ParkedWaiter::kStop;
  ParkedWaiter::Signals come = 0;
  do {
    come = waiter.await(kAny, waiter.deadline);
    if ((come & ParkedWaiter::kDone) != 0) {
      return std::nullopt;
    }
  } while ((come & ParkedWaiter::kLookAgain) != 0 && look_around(waiter) == Admission::kQueued);
  if ((come & ParkedWaiter::kLookAgain) != 0) {
    return std::nullopt;
  }
  if (withdraw(waiter, ahead)) {
    return (come & ParkedWaiter::kStop) != 0 ? Errc::kCancelled : Errc::kTimeout;
  }
  waiter.await(ParkedWaiter::kDone);  // completed in the same instant: the news is on its way
  return std::nullopt;
}

bool Pool::withdraw(ParkedWaiter& waiter, std::size_t& ahead) {
  bool withdrawn = false;
  happen([&](PoolCore& core, Actions& actions) {
    ahead = core.ahead_of(waiter);
    withdrawn = core.cancel(waiter, now(), actions);
  });
  return withdrawn;
}

Admission Pool::look_around(ParkedWaiter& waiter) {
  waiter.forget(ParkedWaiter::kLookAgain);
  Admission admission = Admission::kQueued;
  happen([&](PoolCore& core, Actions& actions) { admission = core.retry(waiter, now(), actions); });
  return admission;
}

Result<Ticket, AcquireError> Pool::find_one(CallSite site) {
  ParkedWaiter waiter(env_->clock());
  const TimePoint since = now();
  happen([&](PoolCore& core, Actions& actions) {
    core.acquire(waiter, Patience::kNoWait, since, actions);
  });
  if (waiter.refusal != Refusal::kNone) {
    return tl::unexpected(describe({.code = errc_of(waiter.refusal), .since = since}));
  }
  return begin_lease(table_[waiter.slot], site);
}

void Pool::look_at(Slot& slot) {
  happen([&](PoolCore& core, Actions& actions) { core.look_at(slot.id, now(), actions); });
}

// Returns.

void Pool::release_slowly(Slot& slot, internal::Return how) noexcept {
  using internal::Next;
  const TimePoint returned = now();
  if (how == internal::Return::kBroken && connection(slot).reusable()) {
    how = internal::Return::kDiscarded;  // by its borrower's word alone
  }
  const Next next = how == internal::Return::kClean
                        ? internal::return_among_waiters(table_, slot, returned, handoff_after_)
                        : Next::kRelease;
  switch (next) {
    case Next::kDone:
      return;
    case Next::kRelease:
      return release_to_core(slot, how, returned);
    case Next::kLookAgain:
      return look_again(slot);
    case Next::kNudge:
      return happen([](PoolCore& core, Actions& actions) { core.nudge(actions); });
  }
}

void Pool::release_to_core(Slot& slot, internal::Return how, TimePoint returned) noexcept {
  const bool read_only = how == internal::Return::kBroken && connection(slot).refused_write();
  if (read_only) {
    writes_.store(true, std::memory_order_relaxed);
    note_error({drivers::ErrorKind::kReadOnly, "command", "the server refused a write"});
  }
  happen([&](PoolCore& core, Actions& actions) {
    if (read_only) {
      core.on_read_only(slot.id, returned, actions);
    }
    core.release(slot.id, how, returned, actions);
  });
}

void Pool::look_again(Slot& slot) noexcept {
  happen([&](PoolCore& core, Actions& actions) { core.look_again(slot.id, now(), actions); });
}

void Pool::abort_on_stale_lease() const {
  const std::string state = snapshot().text();
  std::fprintf(stderr, "millpond: workload `%s`: a lease was used after it was given back; %s\n",
               definition_.policy.name.c_str(), state.c_str());
  std::abort();
}

// Maintenance.

bool Pool::proves(drivers::Connection& session) const {
  return session.probe(drivers::Budget{definition_.policy.validate_timeout}).has_value();
}

void Pool::pause(const internal::Retries& retries, const std::stop_token& stop) const {
  std::atomic<std::uint32_t> stopped{0};
  const std::stop_callback wake(stop, [&] {
    stopped.store(1);
    env_->clock().unpark(&stopped);
  });
  const TimePoint until = now() + retries.delay(env_->random().next());
  while (stopped.load() == 0 && now() < until) {
    env_->clock().park(stopped, 0, until);
  }
}

void Pool::tick() {
  const TimePoint at = now();
  coarse_now_.store(at.time_since_epoch().count(), std::memory_order_relaxed);
  happen([&](PoolCore& core, Actions& actions) { core.on_tick(at, actions); });
  follow_password(at);
  follow_names(at);
}

void Pool::resize(std::int64_t size) {
  happen([&](PoolCore& core, Actions& actions) {
    connections_.grow_to(static_cast<std::size_t>(core.slots_at(size)));
    peers_.grow_to(static_cast<std::size_t>(core.slots_at(size)));
    socket_watches_.grow_to(static_cast<std::size_t>(core.slots_at(size)));
    core.resize(size, now(), actions);
  });
}

void Pool::bump_generation() {
  server_->forgive();
  happen([&](PoolCore& core, Actions& actions) { core.bump_generation(now(), actions); });
}

void Pool::close() {
  stop_dials_.request_stop();
  happen([&](PoolCore& core, Actions& actions) { core.close(Refusal::kClosed, now(), actions); });
}

bool Pool::await_closed(TimePoint deadline) {
  Clock& clock = env_->clock();
  while (all_closed_.load(std::memory_order_acquire) == 0) {
    if (clock.now() >= deadline) {
      return false;
    }
    clock.park(all_closed_, 0, deadline);
  }
  return true;
}

void Pool::call_off() {
  stop_work_.request_stop();
}

void Pool::report_if_closed() {
  if (core_.closed() && core_.open() == 0 && all_closed_.load(std::memory_order_relaxed) == 0) {
    all_closed_.store(1, std::memory_order_release);
    env_->clock().unpark(&all_closed_);
  }
}

}  // namespace millpond
