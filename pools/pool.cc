#include "millpond/pools/pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "millpond/policy/duration.h"
#include "millpond/pools/internal/advice.h"
#include "millpond/pools/internal/parked_waiter.h"

namespace millpond {

using internal::Action;
using internal::Actions;
using internal::Admission;
using internal::MutexLock;
using internal::Outcome;
using internal::Patience;
using internal::Refusal;
using internal::SlotId;
using internal::SlotState;

namespace {

// Longer waits are cut to this, so that no deadline overflows.
constexpr std::chrono::microseconds kLongestWait = std::chrono::hours{24 * 365};

Errc errc_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kQueueFull:
      return Errc::kQueueFull;
    case Refusal::kNoneIdle:
      return Errc::kNoneIdle;
    case Refusal::kBackendDown:
      return Errc::kBackendDown;
    case Refusal::kClosed:
    case Refusal::kNone:
      break;
  }
  return Errc::kClosed;
}

}  // namespace

Pool::Pool(PoolDefinition definition, std::shared_ptr<Env> env)
    : definition_(std::move(definition)),
      env_(std::move(env)),
      core_(definition_.policy, env_->random().next()),
      connections_(static_cast<std::size_t>(definition_.policy.size)) {}

Pool::~Pool() = default;

void Pool::start() {
  tick();
}

Result<SlotId, AcquireError> Pool::acquire(const AcquireOptions& options) {
  const auto allowed = options.timeout.value_or(definition_.policy.acquire_timeout);
  Clock& clock = env_->clock();
  const TimePoint since = clock.now();
  const TimePoint deadline = since + std::min(allowed, kLongestWait);

  internal::ParkedWaiter waiter(clock);
  Actions actions;
  Admission admission = Admission::kRefused;
  {
    const MutexLock lock(mu_);
    admission = core_.acquire(waiter, Patience::kWait, since, actions);
  }
  perform(actions);
  if (admission == Admission::kQueued && !waiter.await(deadline)) {
    bool withdrawn = false;
    {
      const MutexLock lock(mu_);
      withdrawn = core_.cancel(waiter);
    }
    if (withdrawn) {
      return tl::unexpected(failure(Errc::kTimeout, since));
    }
    waiter.await();  // completed in the same instant: the completion is on its way
  }
  if (waiter.refusal != Refusal::kNone) {
    return tl::unexpected(failure(errc_of(waiter.refusal), since));
  }
  return waiter.slot;
}

Result<SlotId, AcquireError> Pool::try_acquire() {
  internal::ParkedWaiter waiter(env_->clock());
  const TimePoint now = env_->clock().now();
  Actions actions;
  {
    const MutexLock lock(mu_);
    core_.acquire(waiter, Patience::kNoWait, now, actions);
  }
  perform(actions);
  if (waiter.refusal != Refusal::kNone) {
    return tl::unexpected(failure(errc_of(waiter.refusal), now));
  }
  return waiter.slot;
}

void Pool::release(SlotId slot, Verdict verdict) noexcept {
  const internal::Return how = judge(slot, verdict);
  const TimePoint now = env_->clock().now();
  Actions actions;
  {
    const MutexLock lock(mu_);
    core_.release(slot, how, now, actions);
  }
  perform(actions);
}

internal::Return Pool::judge(SlotId slot, Verdict verdict) const {
  const drivers::Connection& connection = *connections_[slot];
  if (verdict == Verdict::kDiscard || !connection.reusable()) {
    return internal::Return::kBroken;
  }
  switch (definition_.policy.reset) {
    case policy::Reset::kNone:
      return internal::Return::kClean;
    case policy::Reset::kFull:
      return internal::Return::kDirty;
    case policy::Reset::kTransaction:
    case policy::Reset::kAuto:
      break;
  }
  return connection.reset_need() == drivers::ResetNeed::kNone ? internal::Return::kClean
                                                              : internal::Return::kDirty;
}

void Pool::tick() {
  Actions actions;
  {
    const MutexLock lock(mu_);
    core_.on_tick(env_->clock().now(), actions);
  }
  perform(actions);
}

void Pool::close() {
  stop_dials_.request_stop();
  bool more = true;
  while (more) {
    Actions actions;
    {
      const MutexLock lock(mu_);
      core_.close(actions);
      report_if_closed();
    }
    more = actions.full();
    perform(actions);
  }
}

bool Pool::await_closed(TimePoint deadline) {
  Clock& clock = env_->clock();
  while (all_closed_.load(std::memory_order_acquire) == 0) {
    if (clock.now() >= deadline) {
      return false;
    }
    clock.park(all_closed_, deadline);
  }
  return true;
}

void Pool::perform(const Actions& actions) {
  for (const Action& action : actions) {
    if (action.kind == Action::Kind::kComplete) {
      action.waiter->complete(*action.waiter);
    } else {
      post(action);
    }
  }
}

void Pool::post(Action action) {
  // The task keeps the pool: a dial outlives the caller that caused it, and a close its registry.
  const bool accepted =
      env_->executor().post([self = shared_from_this(), action] { self->run(action); });
  if (!accepted) {
    run(action);  // the registry is gone: a last return closes its connection on this thread
  }
}

void Pool::run(Action action) {
  switch (action.kind) {
    case Action::Kind::kDial:
      return dial(action.slot);
    case Action::Kind::kProbe:
      return probe(action.slot);
    case Action::Kind::kReset:
      return reset(action.slot);
    case Action::Kind::kClose:
      return close_connection(action.slot);
    case Action::Kind::kComplete:
      break;
  }
}

drivers::Result<std::unique_ptr<drivers::Connection>> Pool::connect() const {
  const drivers::Budget budget{definition_.policy.connect_timeout, stop_dials_.get_token()};
  drivers::Endpoint endpoint = definition_.endpoint;
  if (definition_.read_password) {
    auto password = definition_.read_password();
    if (!password) {
      return tl::unexpected(drivers::Error{drivers::ErrorKind::kAuthentication, "read the password",
                                           std::move(password.error())});
    }
    endpoint.password = *std::move(password);
  }
  return definition_.driver->connect(endpoint, definition_.settings, budget);
}

void Pool::dial(SlotId slot) {
  auto dialed = connect();
  const TimePoint now = env_->clock().now();
  Actions actions;
  if (dialed) {
    connections_[slot] = std::move(*dialed);
    const MutexLock lock(mu_);
    core_.on_dialed(slot, now, actions);
  } else {
    using internal::DialFailure;
    const bool curable = drivers::is_transient(dialed.error().kind);
    const MutexLock lock(mu_);
    note_error(dialed.error());
    core_.on_dial_failed(slot, curable ? DialFailure::kTransient : DialFailure::kTerminal, now,
                         actions);
    report_if_closed();
  }
  perform(actions);
}

void Pool::probe(SlotId slot) {
  const drivers::Budget budget{definition_.policy.validate_timeout};
  const auto answered = connections_[slot]->probe(budget);
  const TimePoint now = env_->clock().now();
  Actions actions;
  {
    const MutexLock lock(mu_);
    if (!answered) {
      note_error(answered.error());
    }
    core_.on_probed(slot, answered ? Outcome::kDone : Outcome::kFailed, now, actions);
  }
  perform(actions);
}

void Pool::reset(SlotId slot) {
  using drivers::ResetNeed;
  const drivers::Budget budget{definition_.policy.reset_timeout};
  drivers::Connection& connection = *connections_[slot];
  ResetNeed need = connection.reset_need();
  if (definition_.policy.reset == policy::Reset::kTransaction) {
    need = ResetNeed::kTransaction;
  } else if (definition_.policy.reset == policy::Reset::kFull) {
    need = ResetNeed::kSession;
  }
  const auto done = connection.reset(need, budget);
  const TimePoint now = env_->clock().now();
  Actions actions;
  {
    const MutexLock lock(mu_);
    if (!done) {
      note_error(done.error());
    }
    core_.on_reset(slot, done ? Outcome::kDone : Outcome::kFailed, now, actions);
  }
  perform(actions);
}

void Pool::close_connection(SlotId slot) {
  connections_[slot].reset();
  Actions actions;
  {
    const MutexLock lock(mu_);
    core_.on_closed(slot, env_->clock().now(), actions);
    report_if_closed();
  }
  perform(actions);
}

void Pool::note_error(const drivers::Error& error) {
  last_error_ = LastError{error, env_->clock().now()};
}

void Pool::report_if_closed() {
  if (core_.closed() && core_.open() == 0) {
    all_closed_.store(1, std::memory_order_release);
    env_->clock().unpark(&all_closed_);
  }
}

PoolSnapshot Pool::snapshot() const {
  const MutexLock lock(mu_);
  return snapshot_locked(env_->clock().now());
}

PoolSnapshot Pool::snapshot_locked(TimePoint now) const {
  PoolSnapshot s;
  s.pool = definition_.policy.name;
  s.server = definition_.policy.server;
  s.backend = backend();
  s.size = definition_.policy.size;
  s.in_use = core_.count(SlotState::kLeased);
  s.idle = core_.count(SlotState::kIdle);
  s.dialing = core_.count(SlotState::kDialing);
  s.probing = core_.count(SlotState::kProbing);
  s.resetting = core_.count(SlotState::kResetting);
  s.closing = core_.count(SlotState::kClosing);
  s.waiting = static_cast<std::int64_t>(core_.waiting());
  const internal::CoreCounters& counters = core_.counters();
  s.acquired = counters.granted;
  s.waited = counters.queued;
  s.timeouts = counters.cancelled;
  s.refused = counters.refused;
  s.dialed = counters.dialled;
  s.dial_failures = counters.dial_failures;
  s.closed = counters.closed;
  if (last_error_) {
    const auto age = std::chrono::duration_cast<policy::Duration>(now - last_error_->when);
    const auto rounded = std::chrono::floor<std::chrono::milliseconds>(age);
    s.last_error =
        fmt::format("({} ago, {}, {}): {}", policy::to_text(rounded), last_error_->error.phase,
                    drivers::name_of(last_error_->error.kind), last_error_->error.message);
  }
  return s;
}

AcquireError Pool::failure(Errc code, TimePoint since) const {
  AcquireError error;
  const TimePoint now = env_->clock().now();
  {
    const MutexLock lock(mu_);
    error.snapshot = snapshot_locked(now);
  }
  error.code = code;
  error.pool = definition_.policy.name;
  error.waited = std::chrono::floor<std::chrono::milliseconds>(now - since);
  error.advice = internal::advice(code, error.snapshot);
  return error;
}

}  // namespace millpond
