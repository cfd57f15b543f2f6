// What a pool does off its callers' threads: dials, probes, resets, closes.
#include <optional>
#include <utility>

#include "millpond/drivers/net/hang_up.h"
#include "millpond/pools/internal/dial_failure.h"
#include "millpond/pools/pool.h"

namespace millpond {
namespace {

// Over so long the sessions of an old password or address are replaced: both are good as long as
// they live.
constexpr std::chrono::seconds kRenewal{30};

}  // namespace

using internal::Action;
using internal::Actions;
using internal::EndpointId;
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
  const Task task = [self = shared_from_this(), action] { self->run(action); };
  // The core bounds the dials, and nobody else: every return may ask for a reset.
  const bool accepted =
      action.kind == Action::Kind::kDial ? env_->executor().post(task) : lane_->post(task);
  if (!accepted) {
    run(action);  // the registry is gone: a last return closes its connection on this thread
  }
}

void Pool::run(Action action) {
  switch (action.kind) {
    case Action::Kind::kDial:
      return dial(action);
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

Pool::Dialled Pool::connect(EndpointId endpoint) const {
  auto credentials = server_->credentials().read();
  if (!credentials) {
    return tl::unexpected(drivers::Error{drivers::ErrorKind::kConfiguration, "read the password",
                                         std::move(credentials.error())});
  }
  if (server_->credentials().rejected(credentials->number)) {
    return tl::unexpected(drivers::Error{drivers::ErrorKind::kAuthentication, "authenticate",
                                         "the server has rejected this password before"});
  }
  return log_in(endpoint, *credentials);
}

Pool::Dialled Pool::log_in(EndpointId endpoint,
                           const internal::Credentials::Version& credentials) const {
  drivers::Endpoint to = definition_.endpoints[endpoint];
  if (credentials.password) {
    to.password = *credentials.password;
  }
  // Each endpoint has its share of the time, so that a silent one leaves some for the next.
  const auto shares = static_cast<std::int64_t>(definition_.endpoints.size());
  const drivers::Budget budget{definition_.policy.connect_timeout / shares,
                               stop_dials_.get_token()};
  auto dialled = definition_.driver->connect(to, definition_.settings, budget);
  if (!dialled && dialled.error().kind == drivers::ErrorKind::kAuthentication) {
    server_->credentials().reject(credentials.number);
  }
  if (dialled && writes_.load(std::memory_order_relaxed)) {
    if (auto takes = check_role(**dialled, budget); !takes) {
      return tl::unexpected(std::move(takes.error()));
    }
  }
  return dialled;
}

drivers::Result<void> Pool::check_role(drivers::Connection& connection,
                                       const drivers::Budget& budget) const {
  auto limits = connection.server_limits(budget);
  if (!limits) {
    return tl::unexpected(std::move(limits.error()));
  }
  if (limits->read_only) {
    return tl::unexpected(drivers::Error{
        drivers::ErrorKind::kReadOnly, "session set-up",
        "the server takes no writes, which this workload has tried: it is a standby or read-only"});
  }
  return {};
}

void Pool::dial(const Action& action) {
  const SlotId slot = action.slot;
  auto dialed = connect(action.endpoint);
  if (dialed) {
    connections_[slot] = std::move(*dialed);
    table_[slot].payload = connections_[slot].get();
    watch_socket(slot);
    note_peer(slot, connections_[slot]->peer_address());
    happen([&](PoolCore& core, Actions& actions) { core.on_dialed(slot, now(), actions); });
    return;
  }
  note_error(dialed.error(), definition_.endpoints[action.endpoint].to_string());
  const internal::DialFailure failure = internal::dial_failure_of(dialed.error());
  happen([&](PoolCore& core, Actions& actions) {
    core.on_dial_failed(slot, failure, now(), actions);
  });
}

void Pool::probe(SlotId slot) {
  const drivers::Budget budget{definition_.policy.validate_timeout, stop_work_.get_token()};
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
  const drivers::Budget budget{definition_.policy.reset_timeout, stop_work_.get_token()};
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
  unwatch_socket(slot);
  if (stop_work_.stop_requested()) {
    drivers::hang_up(connections_[slot]->watch_fd());  // no goodbye past the drain's deadline
  }
  connections_[slot].reset();
  happen([&](PoolCore& core, Actions& actions) { core.on_closed(slot, now(), actions); });
}

void Pool::note_error(const drivers::Error& error, std::string endpoint) {
  auto noted = std::make_shared<const internal::Mishap>(
      internal::Mishap{.error = error, .when = now(), .endpoint = std::move(endpoint)});
  server_->note(noted);
  const MutexLock lock(mu_);
  last_error_.swap(noted);  // what it was goes when the lock is gone
}

void Pool::note_peer(SlotId slot, std::string address) {
  const MutexLock lock(mu_);
  peers_[slot].swap(address);  // what it was goes when the lock is gone
}

// Sessions at an address that its name has stopped to mean are replaced in their own time.
void Pool::follow_names(TimePoint at) {
  if (server_->names_due(at)) {
    env_->executor().post([server = server_] { server->names().look_up(); });
  }
  const std::uint64_t version = server_->names().version();
  if (names_.exchange(version, std::memory_order_relaxed) == version) {
    return;
  }
  const MutexLock lock(mu_);
  for (SlotId slot = 0; slot < table_.size(); ++slot) {
    const bool open = core_.state(slot) != internal::SlotState::kEmpty;
    if (open && server_->names().vanished(core_.endpoint(slot), peers_[slot])) {
      core_.renew_one(slot, kRenewal, at);
    }
  }
}

// Another password, once it is known: sessions of the old one are replaced in their own time.
void Pool::follow_password(TimePoint at) {
  if (server_->refresh_due(at)) {
    env_->executor().post([server = server_] { server->refresh(); });
  }
  const std::uint64_t version = server_->credentials().version();
  if (password_.exchange(version, std::memory_order_relaxed) == version || version <= 1) {
    return;  // the first one is no change
  }
  happen([&](PoolCore& core, Actions& actions) { core.renew(kRenewal, at, actions); });
}

}  // namespace millpond
