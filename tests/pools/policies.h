// Small policies for tests of the pools: every limit switched off unless the test sets it.
#pragma once

#include <chrono>
#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::test {

inline policy::PoolPolicy small_policy(std::int64_t size) {
  using namespace std::chrono_literals;
  policy::PoolPolicy policy;
  policy.name = "orders-write";
  policy.server = "orders-db";
  policy.size = size;
  policy.min_idle = 0;
  policy.max_idle = size;
  policy.overload = policy::Overload::kFifo;
  policy.acquire_timeout = 2s;
  policy.max_waiters = 256;
  policy.connect_timeout = 3s;
  policy.max_concurrent_dials = 4;
  policy.validate = policy::Validate::kNever;
  policy.validate_after_idle = 500ms;
  policy.validate_timeout = 1s;
  policy.reset_timeout = 1s;
  policy.backoff_base = 50ms;
  policy.backoff_cap = 5s;
  policy.drain_timeout = 10s;
  return policy;
}

}  // namespace millpond::test
