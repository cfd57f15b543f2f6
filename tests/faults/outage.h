// Callers who go on asking through an outage.
//
// For one thread; it starts the others.
//
//   Callers callers(scene.pool(), 8, {.timeout = 100ms});
//   gate.set(Gate::reset());
//   …
//   callers.served();
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <pqxx/except>
#include <stop_token>
#include <thread>
#include <vector>

#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/scene.h"

namespace millpond::faults {

class Callers {
 public:
  struct Load {
    int threads = 8;
    std::chrono::microseconds timeout{};
    std::chrono::microseconds pause{};  // after each turn
  };

  Callers(const PoolHandle<Postgres>& handle, const Load& load) {
    for (int i = 0; i < load.threads; ++i) {
      threads_.emplace_back([this, handle, load](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          turn(handle, load);
          faults::pause(load.pause, stop);
        }
      });
    }
  }
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  // Answers of the server so far.
  std::int64_t served() const { return served_.load(); }

 private:
  void turn(const PoolHandle<Postgres>& handle, const Load& load) {
    try {
      if (const auto lease = handle.acquire({.timeout = load.timeout})) {
        value_of(lease->connection(), "select 1");
        ++served_;
      }
    } catch (const pqxx::failure&) {
      // The session broke: that is the outage.
    }
  }

  std::atomic<std::int64_t> served_{0};
  std::vector<std::jthread> threads_;
};

}  // namespace millpond::faults
