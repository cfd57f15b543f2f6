// The endpoints of one server as all its pools know them: which to dial next, which are down, and
// since which error.
//
// Safe to call from any thread: one leaf mutex, below the pools' (docs/architecture.md, Locks),
// held for a look at each endpoint.
//
//   auto endpoints = std::make_shared<Endpoints>(2, policy::Balance::kFailover);
//   endpoints->join(pool_policy);
//   if (EndpointId to = endpoints->begin(stake, now); to != kNoEndpoint) …dial…
#pragma once

#include <cstdint>
#include <vector>

#include "millpond/policy/endpoint_health.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/pools/internal/mutex.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

class Endpoints final : public DialGate {
 public:
  Endpoints(std::size_t count, policy::Balance balance);

  // Once for each pool of the server. As many dials may be under way at one endpoint as the pool
  // that allows the most allows itself; but a pool that has none may always begin one.
  void join(const policy::PoolPolicy& policy);

  std::size_t count() const { return count_; }

  EndpointId begin(const Stake& stake, TimePoint now) override;
  EndpointId begin_elsewhere(const Stake& stake, EndpointId from, TimePoint now) override;
  void done(EndpointId endpoint, TimePoint now) override;
  void failed(EndpointId endpoint, const Failed& failed, TimePoint now) override;
  void no_verdict(EndpointId endpoint) override;
  void answered(EndpointId endpoint) override;
  void broken_session(EndpointId endpoint, const Failed& failed, TimePoint now) override;
  bool down(const Stake& stake, TimePoint now) const override;

  // The credentials were rejected, and now there are others: all may be dialled again.
  void unbar();
  bool barred() const;

  // For reports.
  policy::EndpointHealth health(EndpointId endpoint) const;

 private:
  struct Rank;
  struct Choice;

  bool may_dial(const Stake& stake, EndpointId endpoint, TimePoint now) const
      MILLPOND_REQUIRES(mu_);
  Rank rank(const Stake& stake, EndpointId endpoint, TimePoint now) const MILLPOND_REQUIRES(mu_);
  bool works(const Stake& stake, EndpointId endpoint, TimePoint now) const MILLPOND_REQUIRES(mu_);
  EndpointId choose(const Stake& stake, TimePoint now) const MILLPOND_REQUIRES(mu_);
  bool better(const Stake& stake, EndpointId to, EndpointId from) const MILLPOND_REQUIRES(mu_);
  EndpointId begin_at(EndpointId endpoint, TimePoint now) MILLPOND_REQUIRES(mu_);

  const policy::Balance balance_;
  const std::size_t count_;
  mutable Mutex mu_;
  std::vector<policy::EndpointHealth> health_ MILLPOND_GUARDED_BY(mu_);
  std::int64_t most_dials_ MILLPOND_GUARDED_BY(mu_) = 1;  // at one endpoint
  EndpointId turn_ MILLPOND_GUARDED_BY(mu_) = 0;          // round-robin goes on here
};

}  // namespace millpond::internal
