// Millpond and a bare mutex with a stack, each twice in a round, and who else stands by.
//
// For one thread.
//
//   auto series = play<Cycles>(9, {ours, mutex, ours_again, mutex_again, poco}, show_progress);
//   Figure figure = against_mutex("checkout.t1.vs_mutex", series, &Cycles::ns);
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "millpond/bench/figures.h"
#include "millpond/bench/measure.h"
#include "millpond/bench/paired.h"

namespace millpond::bench {

// Where they stand among the contenders of a round.
inline constexpr Runs kOurs{.first = 0, .again = 2};
inline constexpr Runs kMutex{.first = 1, .again = 3};
inline constexpr std::size_t kOthers = 4;  // and from there on

template <class Result, class Value>
Figure against_mutex(std::string name, const std::vector<Series<Result>>& all, Value value) {
  return ratio_figure(std::move(name), twice(all, kOurs, value), twice(all, kMutex, value));
}

}  // namespace millpond::bench
