// Work that takes a known time of a processor, whatever else runs: steps that were timed once. A
// loop that looks at the clock would end early when its thread was put aside meanwhile.
//
// Safe from any thread.
//
//   BusyWork two_us(2us);
//   two_us();
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace millpond::bench {

class BusyWork {
 public:
  explicit BusyWork(std::chrono::nanoseconds takes)
      : steps_(std::max<std::int64_t>(
            1, static_cast<std::int64_t>(static_cast<double>(takes.count()) / step_ns()))) {}

  void operator()() const { step(steps_); }

 private:
  static void step(std::int64_t times) {
    std::uint64_t mixed = 1;
    for (std::int64_t i = 0; i < times; ++i) {
      mixed = mixed * 6364136223846793005U + 1442695040888963407U;
      asm volatile("" : "+r"(mixed));  // the compiler must not know the end
    }
  }

  // The best of several: what disturbs makes it longer only.
  static double step_ns() {
    constexpr int kTries = 20;
    constexpr std::int64_t kSteps = 200'000;
    std::chrono::nanoseconds best = std::chrono::nanoseconds::max();
    for (int i = 0; i < kTries; ++i) {
      const auto start = std::chrono::steady_clock::now();
      step(kSteps);
      const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - start;
      best = std::min(best, took);
    }
    return static_cast<double>(best.count()) / kSteps;
  }

  std::int64_t steps_;
};

}  // namespace millpond::bench
