// The policy of a pool whose operator stated nothing but its size: made by the real loader, so that
// a benchmark measures the defaults that a service has.
//
// Safe from any thread.
//
//   policy::PoolPolicy policy = default_policy(32);
#pragma once

#include "millpond/policy/pool_policy.h"

namespace millpond::bench {

policy::PoolPolicy default_policy(int size);

}  // namespace millpond::bench
