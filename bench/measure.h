// Measuring several things against each other in one run: interleaved rounds, ratios taken within a
// round, medians with their quartiles.
//
// For one thread.
//
//   auto series = play<double>(9, {{"ours", run_ours}, {"theirs", run_theirs}}, show_progress);
//   Spread ratio = spread_of(ratios(series[0].rounds, series[1].rounds));
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace millpond::bench {

// What one run of a contender gives is a number, or a struct of several.
template <class Result>
struct Contender {
  std::string name;
  std::function<Result()> run;
};

template <class Result>
struct Series {
  std::string name;
  std::vector<Result> rounds;  // in the order played: round i of one belongs to round i of another
};

struct Spread {
  double least = 0;
  double lower_quartile = 0;
  double median = 0;
  double upper_quartile = 0;
  double most = 0;
};

inline double milliseconds_of(const std::function<void()>& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

// One round of each before the next round, so that what else the machine does meets all alike;
// each round begins with another one, so that no place in the round is anybody's. A first round
// warms up and is not counted. `after_round` shows progress; round 0 is the warm-up.
template <class Result>
std::vector<Series<Result>> play(int rounds, const std::vector<Contender<Result>>& contenders,
                                 const std::function<void(int)>& after_round) {
  std::vector<Series<Result>> all;
  for (const Contender<Result>& contender : contenders) {
    contender.run();
    all.push_back({contender.name, std::vector<Result>(static_cast<std::size_t>(rounds))});
  }
  after_round(0);
  for (std::size_t round = 0; round < static_cast<std::size_t>(rounds); ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      const std::size_t next = (i + round) % contenders.size();
      all[next].rounds[round] = contenders[next].run();
    }
    after_round(static_cast<int>(round) + 1);
  }
  return all;
}

// Of at least one value.
inline Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t last = values.size() - 1;
  return {values.front(), values[last / 4], values[values.size() / 2], values[last - last / 4],
          values.back()};
}

inline double median_of(std::vector<double> values) {
  return spread_of(std::move(values)).median;
}

// One of the numbers of each round.
template <class Result, class Value>
std::vector<double> each(const Series<Result>& series, Value value) {
  std::vector<double> values;
  for (const Result& result : series.rounds) {
    values.push_back(std::invoke(value, result));
  }
  return values;
}

inline std::vector<double> ratios(const std::vector<double>& over,
                                  const std::vector<double>& under) {
  std::vector<double> values;
  for (std::size_t i = 0; i < over.size(); ++i) {
    values.push_back(over[i] / under[i]);
  }
  return values;
}

// How far a ratio of two runs of the same thing strays from the 1 it should be, in every second
// round: the A/A control. A difference smaller than this is no difference.
inline double stray(const std::vector<double>& control_ratios) {
  const Spread spread = spread_of(control_ratios);
  return std::max(std::abs(spread.lower_quartile - 1), std::abs(spread.upper_quartile - 1));
}

}  // namespace millpond::bench
