// Figures of contenders that ran twice in each round: the second run is the A/A control.
//
// For one thread.
//
//   auto series = play<double>(9, {ours, theirs, ours_again, theirs_again}, show_progress);
//   Figure figure = ratio_figure("ours.vs_theirs", twice(series, {0, 2}, value),
//                                twice(series, {1, 3}, value));
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "millpond/bench/figures.h"
#include "millpond/bench/measure.h"

namespace millpond::bench {

// Where a contender's two runs stand in a round.
struct Runs {
  std::size_t first = 0;
  std::size_t again = 0;
};

// What each of the two gave in each round.
struct Twice {
  std::vector<double> first;
  std::vector<double> again;

  double stray() const { return bench::stray(ratios(first, again)); }
};

template <class Result, class Value>
Twice twice(const std::vector<Series<Result>>& all, const Runs& runs, Value value) {
  return {each(all[runs.first], value), each(all[runs.again], value)};
}

// The median of all rounds' pairs, two a round; the control is the worse of the two.
inline Figure ratio_figure(std::string name, const Twice& over, const Twice& under) {
  std::vector<double> pairs = ratios(over.first, under.first);
  const std::vector<double> more = ratios(over.again, under.again);
  pairs.insert(pairs.end(), more.begin(), more.end());
  return {.name = std::move(name),
          .value = median_of(std::move(pairs)),
          .aa = std::max(over.stray(), under.stray())};
}

// The median of what one contender gave.
inline Figure own_figure(std::string name, const Twice& values) {
  std::vector<double> all = values.first;
  all.insert(all.end(), values.again.begin(), values.again.end());
  return {.name = std::move(name), .value = median_of(std::move(all)), .aa = values.stray()};
}

}  // namespace millpond::bench
