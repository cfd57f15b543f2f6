// Calls something every tick until it is stopped.
//
// start() and stop() are for the owner's thread; the callback runs on the executor's timer.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "millpond/policy/health.h"
#include "millpond/pools/env.h"

namespace millpond::internal {

class Ticker : public std::enable_shared_from_this<Ticker> {
 public:
  static constexpr std::chrono::milliseconds kInterval = policy::kTick;

  Ticker(std::shared_ptr<Env> env, std::function<void()> on_tick)
      : env_(std::move(env)), on_tick_(std::move(on_tick)) {}

  void start() {
    env_->executor().post_at(env_->clock().now() + kInterval, [self = shared_from_this()] {
      if (!self->stopped_.load(std::memory_order_relaxed)) {
        self->on_tick_();
        self->start();
      }
    });
  }

  void stop() { stopped_.store(true, std::memory_order_relaxed); }

 private:
  const std::shared_ptr<Env> env_;
  const std::function<void()> on_tick_;
  std::atomic<bool> stopped_{false};
};

}  // namespace millpond::internal
