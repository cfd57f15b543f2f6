// Counts the shop's sessions as each *server* sees them, forty times a second, over connections of
// its own that are no part of any pool.
//
// Started by the constructor, stopped by stop() or the destructor; results are for after stop().
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/examples/shop/stage.h"
#include "millpond/examples/shop/workloads.h"

namespace millpond::shop {

class Census {
 public:
  // `limits` are the pools' sizes. Throws std::runtime_error when a server can't be reached.
  Census(Stage& stage, const std::array<std::int64_t, kWorkloads>& limits);
  ~Census() { stop(); }
  Census(const Census&) = delete;
  Census& operator=(const Census&) = delete;

  void stop();

  // The most sessions a server listed at once.
  std::int64_t peak(Workload workload) const { return peaks_.at(index_of(workload)); }

  // How many sessions above a pool's size were seen, summed over all counts of all servers.
  std::int64_t over_limit() const { return over_limit_; }

  std::int64_t counts() const { return counts_; }

 private:
  void count_until_stopped();
  std::int64_t count(Workload workload);

  const std::array<std::int64_t, kWorkloads> limits_;
  std::array<std::unique_ptr<drivers::Connection>, kWorkloads> connections_;
  std::array<std::int64_t, kWorkloads> peaks_{};
  std::int64_t over_limit_ = 0;
  std::int64_t counts_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace millpond::shop
