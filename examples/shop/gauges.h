// What one workload's callers saw: acquire latencies of the last second and of the whole run,
// operations done, and attempts that failed and were repeated.
//
// Safe to call from any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace millpond::shop {

struct Percentiles {
  std::chrono::microseconds p50{};
  std::chrono::microseconds p99{};
};

class Gauges {
 public:
  void note_acquire(std::chrono::microseconds latency) {
    const std::lock_guard lock(mutex_);
    window_.push_back(latency);
  }
  void note_done() {
    const std::lock_guard lock(mutex_);
    ++done_;
  }
  void note_error() {
    const std::lock_guard lock(mutex_);
    ++errors_;
  }

  // Since the last call; moves that window into the whole run's.
  Percentiles take_window() {
    const std::lock_guard lock(mutex_);
    const Percentiles percentiles = of(window_);
    all_.insert(all_.end(), window_.begin(), window_.end());
    window_.clear();
    return percentiles;
  }

  // Of everything that take_window() returned.
  Percentiles whole_run() {
    const std::lock_guard lock(mutex_);
    return of(all_);
  }

  std::int64_t done() const {
    const std::lock_guard lock(mutex_);
    return done_;
  }
  std::int64_t errors() const {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

 private:
  using Latencies = std::vector<std::chrono::microseconds>;

  static std::chrono::microseconds at(Latencies& sorted, double share) {
    const auto index = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1));
    return sorted[index];
  }

  static Percentiles of(Latencies& latencies) {
    if (latencies.empty()) {
      return {};
    }
    std::sort(latencies.begin(), latencies.end());
    return {.p50 = at(latencies, 0.5), .p99 = at(latencies, 0.99)};
  }

  mutable std::mutex mutex_;
  Latencies window_;
  Latencies all_;
  std::int64_t done_ = 0;
  std::int64_t errors_ = 0;
};

}  // namespace millpond::shop
