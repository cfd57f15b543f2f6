// What a pool does off its callers' threads: dials, probes, resets, closes.
#include <optional>
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

namespace {

// Another endpoint of the same server is asked only where this one could not serve: credentials and
// settings would be refused there too.
bool try_next_endpoint(const drivers::Error& error) {
  return drivers::is_transient(error.kind) && error.kind != drivers::ErrorKind::kCancelled;
}

}  // namespace

Pool::Dialled Pool::connect() const {
  std::optional<drivers::Secret> password;
  if (definition_.read_password) {
    auto read = definition_.read_password();
    if (!read) {
      return tl::unexpected(drivers::Error{drivers::ErrorKind::kAuthentication, "read the password",
                                           std::move(read.error())});
    }
    password = *std::move(read);
  }
  return connect_to_first(password);
}

// Each endpoint has its share of the time, so that a silent one leaves some for the next.
Pool::Dialled Pool::connect_to_first(const std::optional<drivers::Secret>& password) const {
  const drivers::Budget whole{definition_.policy.connect_timeout, stop_dials_.get_token()};
  auto untried = static_cast<int>(definition_.endpoints.size());
  for (drivers::Endpoint endpoint : definition_.endpoints) {
    if (password) {
      endpoint.password = *password;
    }
    const drivers::Budget share{whole.remaining() / untried--, stop_dials_.get_token()};
    auto dialled = definition_.driver->connect(endpoint, definition_.settings, share);
    if (dialled || untried == 0 || !try_next_endpoint(dialled.error())) {
      return dialled;
    }
  }
  return tl::unexpected(drivers::Error{drivers::ErrorKind::kConfiguration, "connect",
                                       "the pool's definition names no endpoint"});
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
