// From what a formula wants to the size that holds: never above a cap, never below a floor.
//
// Pure; safe from any thread.
//
//   fit_size({.want = 60, .floor = 1, .cap = 12})  // {12, Fit::kCapped}
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// The least pool in which `threads` that hold `leases` connections each cannot wait for one another
// for ever: each thread holds all but its last, and one more lets some thread finish.
// threads * (leases - 1) + 1, from HikariCP's "About Pool Sizing".
std::int64_t deadlock_floor(std::int64_t threads, std::int64_t leases);

struct SizeRequest {
  std::int64_t want = 0;
  std::int64_t floor = 1;  // at least 1
  std::int64_t cap = kUnlimited;
};

enum class Fit {
  kAsWanted,
  kRaised,         // want was below the floor
  kCapped,         // want was above the cap
  kFloorAboveCap,  // no size will do; `size` is the cap, but at least 1
};

struct FittedSize {
  std::int64_t size = 1;
  Fit fit = Fit::kAsWanted;
};

FittedSize fit_size(const SizeRequest& request);

}  // namespace millpond::policy
