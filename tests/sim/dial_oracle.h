// What is true of the dials of a simulated pool: which endpoints are down, and which may be
// dialled.
//
// For one thread. Knows nothing of how the core or its gate come to their decisions.
//
//   if (std::string wrong = dials.begins(endpoint, now); !wrong.empty()) …complain…
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/dial_gate.h"
#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

class DialOracle {
 public:
  DialOracle(const policy::PoolPolicy& policy, std::size_t endpoints)
      : avoids_(nanos_of(policy.backoff_cap)), endpoints_(endpoints) {}

  // A complaint, or nothing.
  std::string begins(internal::EndpointId endpoint, Nanos at);
  void done(internal::EndpointId endpoint);
  void failed(internal::EndpointId endpoint, internal::DialFailure failure, Nanos at);
  void session_answered(internal::EndpointId endpoint) { endpoints_[endpoint].broken = 0; }
  void session_broke(internal::EndpointId endpoint);
  void unbarred();

  // No dial is expected to succeed.
  bool hopeless(Nanos at) const;
  // Nothing but the window and the policy bounds the dials to the endpoint, as a tick has seen.
  bool clear(internal::EndpointId endpoint, Nanos at) const;

 private:
  struct Known {
    int dials = 0;     // under way
    int failures = 0;  // in a row
    int broken = 0;
    bool barred = false;
    Nanos avoid_until = -kForever;
    bool down() const { return barred || failures >= 3; }
  };

  const Nanos avoids_;
  std::vector<Known> endpoints_;
  int full_ = 0;       // in a row
  int exhausted_ = 0;  // likewise
};

}  // namespace millpond::sim
