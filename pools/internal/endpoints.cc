#include "millpond/pools/internal/endpoints.h"

#include <algorithm>
#include <tuple>

#include "millpond/policy/backoff.h"

namespace millpond::internal {
namespace {

policy::Duration since_epoch(TimePoint when) {
  return std::chrono::duration_cast<policy::Duration>(when.time_since_epoch());
}

// So many of the endpoints may be taken out because of broken sessions: the rest would have to
// carry their load.
std::size_t most_ejected(std::size_t endpoints) {
  return endpoints / 2;
}

}  // namespace

// Which endpoint is dialled first: the lowest.
struct Endpoints::Rank {
  int trouble = 0;            // 0 works, 1 slow just now, 2 failed last time, 3 down
  std::int64_t sessions = 0;  // least-used
  std::size_t order = 0;      // the file's, or whose turn it is
  bool operator<(const Rank& other) const {
    return std::tie(trouble, sessions, order) <
           std::tie(other.trouble, other.sessions, other.order);
  }
};

// The lowest rank so far.
struct Endpoints::Choice {
  EndpointId best = kNoEndpoint;
  Rank lowest;
  void consider(EndpointId endpoint, const Rank& rank) {
    if (best == kNoEndpoint || rank < lowest) {
      best = endpoint;
      lowest = rank;
    }
  }
};

Endpoints::Endpoints(std::size_t count, policy::Balance balance)
    : balance_(balance), count_(std::max<std::size_t>(count, 1)), health_(count_) {}

void Endpoints::join(const policy::PoolPolicy& policy) {
  const MutexLock lock(mu_);
  most_dials_ = std::max(most_dials_, policy.max_concurrent_dials);
}

bool Endpoints::may_dial(const Stake& stake, EndpointId endpoint, TimePoint now) const {
  const policy::EndpointHealth& health = health_[endpoint];
  const std::int64_t most =
      stake.dials == 0 ? std::max<std::int64_t>(most_dials_, health.dials() + 1) : most_dials_;
  return now >= stake.avoid_until[endpoint] && health.may_dial(since_epoch(now), most);
}

Endpoints::Rank Endpoints::rank(const Stake& stake, EndpointId endpoint, TimePoint now) const {
  const policy::EndpointHealth& health = health_[endpoint];
  Rank rank{.order = endpoint};
  if (health.down()) {
    rank.trouble = 3;
  } else if (health.suspect()) {
    rank.trouble = 2;
  } else if (health.stalled(since_epoch(now))) {
    rank.trouble = 1;
  }
  if (balance_ == policy::Balance::kLeastUsed) {
    rank.sessions = stake.sessions[endpoint];
  } else if (balance_ == policy::Balance::kRoundRobin) {
    rank.order = (endpoint + count_ - turn_) % count_;
  }
  return rank;
}

bool Endpoints::works(const Stake& stake, EndpointId endpoint, TimePoint now) const {
  return !health_[endpoint].suspect() && now >= stake.avoid_until[endpoint];
}

// Where one works, the best of these or none: if it has no room for another dial just now, it will
// have soon. Trying one that failed meanwhile is begin_elsewhere's.
EndpointId Endpoints::choose(const Stake& stake, TimePoint now) const {
  Choice working;
  Choice due;
  for (EndpointId endpoint = 0; endpoint < count_; ++endpoint) {
    if (works(stake, endpoint, now)) {
      working.consider(endpoint, rank(stake, endpoint, now));
    } else if (may_dial(stake, endpoint, now)) {
      due.consider(endpoint, rank(stake, endpoint, now));
    }
  }
  if (working.best == kNoEndpoint) {
    return due.best;
  }
  return may_dial(stake, working.best, now) ? working.best : kNoEndpoint;
}

EndpointId Endpoints::begin_at(EndpointId endpoint, TimePoint now) {
  health_[endpoint].on_dial(since_epoch(now));
  turn_ = (endpoint + 1) % static_cast<EndpointId>(count_);
  return endpoint;
}

EndpointId Endpoints::begin(const Stake& stake, TimePoint now) {
  if (stake.dials >= stake.policy.max_concurrent_dials) {
    return kNoEndpoint;
  }
  const MutexLock lock(mu_);
  const EndpointId to = choose(stake, now);
  return to == kNoEndpoint ? kNoEndpoint : begin_at(to, now);
}

bool Endpoints::better(const Stake& stake, EndpointId to, EndpointId from) const {
  if (health_[from].down()) {
    return !health_[to].suspect();
  }
  return balance_ == policy::Balance::kFailover ? to < from
                                                : stake.sessions[to] + 2 <= stake.sessions[from];
}

EndpointId Endpoints::begin_elsewhere(const Stake& stake, EndpointId from, TimePoint now) {
  if (stake.dials >= stake.policy.max_concurrent_dials) {
    return kNoEndpoint;
  }
  const MutexLock lock(mu_);
  for (EndpointId to = 0; to < count_; ++to) {
    if (to != from && better(stake, to, from) && may_dial(stake, to, now)) {
      return begin_at(to, now);
    }
  }
  return kNoEndpoint;
}

void Endpoints::done(EndpointId endpoint, TimePoint now) {
  const MutexLock lock(mu_);
  health_[endpoint].on_success(since_epoch(now));
}

void Endpoints::failed(EndpointId endpoint, const Failed& failed, TimePoint now) {
  const MutexLock lock(mu_);
  policy::EndpointHealth& health = health_[endpoint];
  if (failed.failure == DialFailure::kRejected) {
    // One account for the whole server: no endpoint is asked about it again.
    for (policy::EndpointHealth& each : health_) {
      each.bar();
    }
  }
  const int attempt = health.failures();
  const policy::Duration delay = failed.failure == DialFailure::kUnreached
                                     ? policy::knocking_delay(failed.policy, attempt, failed.random)
                                     : policy::backoff_delay(failed.policy, attempt, failed.random);
  health.on_failure(since_epoch(now) + delay);
}

void Endpoints::no_verdict(EndpointId endpoint) {
  const MutexLock lock(mu_);
  health_[endpoint].on_no_verdict();
}

void Endpoints::answered(EndpointId endpoint) {
  const MutexLock lock(mu_);
  health_[endpoint].on_answer();
}

void Endpoints::broken_session(EndpointId endpoint, const Failed& failed, TimePoint now) {
  const MutexLock lock(mu_);
  policy::EndpointHealth& health = health_[endpoint];
  health.on_broken_session();
  const auto down = static_cast<std::size_t>(
      std::count_if(health_.begin(), health_.end(), [](const auto& each) { return each.down(); }));
  if (health.outlier() && !health.down() && down < most_ejected(count_)) {
    health.eject(since_epoch(now) + policy::backoff_delay(failed.policy, 0, failed.random));
  }
}

bool Endpoints::down(const Stake& stake, TimePoint now) const {
  const MutexLock lock(mu_);
  for (EndpointId endpoint = 0; endpoint < count_; ++endpoint) {
    if (!health_[endpoint].down() && now >= stake.avoid_until[endpoint]) {
      return false;
    }
  }
  return true;
}

void Endpoints::unbar() {
  const MutexLock lock(mu_);
  for (policy::EndpointHealth& health : health_) {
    health.unbar();
  }
}

bool Endpoints::barred() const {
  const MutexLock lock(mu_);
  return health_.front().barred();
}

policy::EndpointHealth Endpoints::health(EndpointId endpoint) const {
  const MutexLock lock(mu_);
  return health_[endpoint];
}

}  // namespace millpond::internal
