// What a pool does off its callers' threads: dials, probes, resets, closes.
#include <utility>

#include "millpond/pools/pool.h"

namespace millpond {

using internal::Action;
using internal::Actions;
using internal::MutexLock;
using internal::Outcome;
using internal::PoolCore;
using internal::SlotId;
using internal::Waiter;

void Pool::perform(const Actions& actions) {
  for (const Action& action : actions) {
    switch (action.kind) {
      case Action::Kind::kDone:
        action.waiter->tell(*action.waiter, Waiter::News::kDone);
        break;
      case Action::Kind::kNudge:
        action.waiter->tell(*action.waiter, Waiter::News::kLookAgain);
        break;
      case Action::Kind::kDial:
      case Action::Kind::kProbe:
      case Action::Kind::kReset:
      case Action::Kind::kClose:
        post(action);
        break;
    }
  }
}

void Pool::post(Action action) {
  if (abandoned_.load(std::memory_order_relaxed)) {
    return;  // no thread of the parent's is here to do it, and the sessions are the parent's
  }
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
    case Action::Kind::kDone:
    case Action::Kind::kNudge:
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
  if (dialed) {
    connections_[slot] = std::move(*dialed);
    table_[slot].payload = connections_[slot].get();
    happen([&](PoolCore& core, Actions& actions) { core.on_dialed(slot, now(), actions); });
    return;
  }
  using internal::DialFailure;
  const auto failure =
      drivers::is_transient(dialed.error().kind) ? DialFailure::kTransient : DialFailure::kTerminal;
  note_error(dialed.error());
  happen([&](PoolCore& core, Actions& actions) {
    core.on_dial_failed(slot, failure, now(), actions);
  });
}

void Pool::probe(SlotId slot) {
  const drivers::Budget budget{definition_.policy.validate_timeout};
  const auto answered = connections_[slot]->probe(budget);
  if (!answered) {
    note_error(answered.error());
  }
  happen([&](PoolCore& core, Actions& actions) {
    core.on_probed(slot, answered ? Outcome::kDone : Outcome::kFailed, now(), actions);
  });
}

void Pool::reset(SlotId slot) {
  using drivers::ResetNeed;
  const drivers::Budget budget{definition_.policy.reset_timeout};
  drivers::Connection& connection = *connections_[slot];
  ResetNeed need = connection.reset_need();
  if (reset_ == policy::Reset::kTransaction) {
    need = ResetNeed::kTransaction;
  } else if (reset_ == policy::Reset::kFull) {
    need = ResetNeed::kSession;
  }
  const auto done = connection.reset(need, budget);
  if (!done) {
    note_error(done.error());
  }
  happen([&](PoolCore& core, Actions& actions) {
    core.on_reset(slot, done ? Outcome::kDone : Outcome::kFailed, now(), actions);
  });
}

void Pool::close_connection(SlotId slot) {
  table_[slot].payload = nullptr;
  connections_[slot].reset();
  happen([&](PoolCore& core, Actions& actions) { core.on_closed(slot, now(), actions); });
}

void Pool::note_error(const drivers::Error& error) {
  auto noted = std::make_shared<const LastError>(LastError{error, now()});
  const MutexLock lock(mu_);
  last_error_.swap(noted);  // what it was goes when the lock is gone
}

}  // namespace millpond
