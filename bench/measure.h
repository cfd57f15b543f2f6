// Timing two and more things against each other in one run: interleaved, medians with their range.
//
// For one thread.
//
//   Series a = measure(9, {{"ours", run_ours}, {"theirs", run_theirs}});
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace millpond::bench {

struct Contender {
  std::string name;
  std::function<void()> run;
};

struct Series {
  std::string name;
  std::vector<double> milliseconds;  // sorted

  double median() const { return milliseconds[milliseconds.size() / 2]; }
  double least() const { return milliseconds.front(); }
  double most() const { return milliseconds.back(); }
};

inline double milliseconds_of(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// One round of each before the next round, so that what else the machine does meets all alike; a
// first round warms up and is not counted. `after_round` shows progress.
inline std::vector<Series> measure(int rounds, const std::vector<Contender>& contenders,
                                   const std::function<void(int)>& after_round) {
  std::vector<Series> all;
  for (const Contender& contender : contenders) {
    contender.run();
    all.push_back({contender.name, {}});
  }
  for (int round = 1; round <= rounds; ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      all[i].milliseconds.push_back(milliseconds_of(contenders[i].run));
    }
    after_round(round);
  }
  for (Series& series : all) {
    std::sort(series.milliseconds.begin(), series.milliseconds.end());
  }
  return all;
}

}  // namespace millpond::bench
