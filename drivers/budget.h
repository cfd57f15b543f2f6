// How long an operation on a backend may take, and who may call it off.
//
// A value; cheap to copy. The one place under drivers/ that reads a clock: a driver waits in
// poll(2), which wants what is left of the budget, not a point in time.
#pragma once

#include <algorithm>
#include <chrono>
#include <stop_token>

namespace millpond::drivers {

class Budget {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Budget(Clock::duration allowance, std::stop_token stop = {})
      : deadline_(Clock::now() + allowance), stop_(std::move(stop)) {}

  // Milliseconds left, rounded up so that a wait never spins on a fraction; 0 when used up.
  std::chrono::milliseconds remaining() const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    return std::max(left, std::chrono::milliseconds{0});
  }
  bool expired() const { return Clock::now() >= deadline_; }
  bool cancelled() const { return stop_.stop_requested(); }

 private:
  Clock::time_point deadline_;
  std::stop_token stop_;
};

}  // namespace millpond::drivers
