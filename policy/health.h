// How often a pool looks after sessions that nobody uses.
//
// Pure: numbers in, numbers out. Safe from any thread.
//
//   const HealthChecks checks = health_checks(policy, size);
//   if (checks.after != Duration::zero() && now - proven >= checks.after) …probe it…
#pragma once

#include <chrono>
#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// How often pools look after what nobody asked for: fine enough for a 50 ms back-off, coarse enough
// to cost an idle process nothing that shows.
inline constexpr std::chrono::milliseconds kTick{50};

struct HealthChecks {
  Duration
      after{};      // an idle session is probed when it has not proven itself for so long; 0: never
  int at_once = 0;  // probes under way
};

// `after` is the shorter of health_interval and keepalive, less the tick that it may be noticed
// late. `at_once` is 2, so that the checks take no connections from callers to speak of, or what a
// pool of that size needs to get round in time.
HealthChecks health_checks(const PoolPolicy& policy, std::int64_t size);

}  // namespace millpond::policy
