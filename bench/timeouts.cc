#include "millpond/bench/timeouts.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <vector>

#include "millpond/bench/hold.h"

namespace millpond::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::duration<double, std::micro>;

Microseconds cpu_time_of_this_thread() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
}

struct Tally {
  std::vector<double> late_us;
  std::int64_t others = 0;
  Microseconds cpu{};
};

Tally tally_attempts(const std::function<bool(Deadline)>& attempt, Signals& signals) {
  Tally tally;
  signals.ready();
  const Microseconds before = cpu_time_of_this_thread();
  while (signals.running()) {
    const Deadline deadline = Clock::now() + kAttempt;
    if (attempt(deadline)) {
      tally.late_us.push_back(Microseconds(Clock::now() - deadline).count());
    } else {
      ++tally.others;
    }
  }
  tally.cpu = cpu_time_of_this_thread() - before;
  return tally;
}

}  // namespace

Overshoot overshoot(const Crew& crew, const std::function<bool(Deadline)>& attempt) {
  const auto tallies = run_crew<Tally>(
      crew, [&](int /*member*/, Signals& signals) { return tally_attempts(attempt, signals); });
  std::vector<double> late;
  Microseconds cpu{};
  double others = 0;
  for (const Tally& tally : tallies) {
    late.insert(late.end(), tally.late_us.begin(), tally.late_us.end());
    cpu += tally.cpu;
    others += static_cast<double>(tally.others);
  }
  const double attempts = static_cast<double>(late.size()) + others;
  constexpr double kMedian = 0.5;
  constexpr double kTail = 0.99;
  return {.p50_us = percentile(late, kMedian),
          .p99_us = percentile(late, kTail),
          .cpu_us = cpu.count() / attempts,
          .others = others / attempts};
}

bool wait_on_futex(Deadline deadline) {
  using std::chrono::duration_cast;
  std::atomic<std::uint32_t> word{0};
  const auto since_boot = deadline.time_since_epoch();
  const auto seconds = duration_cast<std::chrono::seconds>(since_boot);
  const auto rest = duration_cast<std::chrono::nanoseconds>(since_boot - seconds);
  const timespec until{static_cast<time_t>(seconds.count()), static_cast<long>(rest.count())};
  while (Clock::now() < deadline) {
    syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, nullptr,
            FUTEX_BITSET_MATCH_ANY);
  }
  return true;
}

}  // namespace millpond::bench
