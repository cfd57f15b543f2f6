// From a Relacy test suite to a Model that can be listed and run.
//
// Only for the .cc files of models, because it brings Relacy with it.
//
//   struct OneReturn : rl::test_suite<OneReturn, 2> { … };
//   const Model model = model_of<OneReturn>("return meets waiter");
#pragma once

#include <ostream>
#include <string_view>

#include "millpond/tests/models/model.h"
#include "millpond/tests/models/relacy_atomics.h"

namespace millpond::models {

// One run to find out, without a word; then the schedule that failed once more, step by step.
template <class Suite, class Scheduler>
Verdict search(const Model& model, std::ostream& history) {
  rl::test_params params;
  std::ostream nowhere(nullptr);
  params.output_stream = params.progress_stream = &nowhere;
  params.context_bound = static_cast<unsigned>(model.preemptions);
  rl::ostringstream schedule;
  const rl::test_result_e result = rl::run_test<Suite, Scheduler>(params, schedule, false);
  const Verdict verdict{.held = result == rl::test_result_success,
                        .schedules = params.stop_iteration,
                        .outcome = rl::test_result_str(result)};
  if (!model.as_expected(verdict) && !verdict.held) {
    rl::test_params again = params;
    again.initial_state = schedule.str();
    again.collect_history = true;
    again.output_stream = &history;
    rl::run_test<Suite, Scheduler>(again, schedule, true);
  }
  return verdict;
}

template <class Suite, class Scheduler>
Verdict run(const Model& model, std::ostream& history) {
  if constexpr (kStacksAreWatched) {
    return {.outcome = "not run"};
  } else {
    return search<Suite, Scheduler>(model, history);
  }
}

template <class Suite>
inline constexpr int threads_of = Suite::params::static_thread_count;

// Under every schedule.
template <class Suite>
Model model_of(std::string_view name, Expected expected = Expected::kHolds) {
  return {.name = name,
          .threads = threads_of<Suite>,
          .expected = expected,
          .run = &run<Suite, rl::full_search_scheduler<threads_of<Suite>>>};
}

// Under every schedule of no more than so many preemptions.
template <class Suite>
Model bounded_model_of(std::string_view name, int preemptions) {
  return {.name = name,
          .threads = threads_of<Suite>,
          .preemptions = preemptions,
          .run = &run<Suite, rl::context_bound_scheduler<threads_of<Suite>>>};
}

}  // namespace millpond::models
