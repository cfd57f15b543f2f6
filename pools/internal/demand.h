// How many slots a pool needs at once, learned from which it uses.
//
// With a home for each thread, 64 threads that need a connection for a millisecond each second use
// 64 slots, none of which is ever idle for long. So a number of preferred slots is halved again and
// again: only below it threads have homes, and a slot above it is taken only while all below are
// busy, which proves a demand. What lies above falls idle, and idle_timeout takes it.
//
// Pure data, guarded by whoever guards the PoolCore that owns it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

class Demand {
 public:
  // A window has to be long enough to see the demand, and short enough that six halvings pass
  // within a part of idle_timeout.
  static constexpr int kWindowsPerIdleTimeout = 16;

  explicit Demand(const policy::PoolPolicy& policy)
      : window_(policy.min_idle < policy.size ? policy.idle_timeout / kWindowsPerIdleTimeout
                                              : policy::Duration::zero()) {}

  // Nothing is ever to fall idle: every slot may be a home.
  bool needless() const { return window_ == policy::Duration::zero(); }

  bool due(TimePoint now) const { return !needless() && now >= next_; }

  // `used` is one more than the highest slot used since the last call. Returns how many slots to
  // prefer from here on.
  std::uint32_t next(TimePoint now, std::uint32_t preferred, std::uint32_t used) {
    next_ = now + window_;
    return used > preferred ? used : std::max<std::uint32_t>(preferred / 2, 1);
  }

 private:
  policy::Duration window_;
  TimePoint next_{};
};

}  // namespace millpond::internal
