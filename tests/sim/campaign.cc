#include "millpond/tests/sim/campaign.h"

#include <fmt/format.h>

#include "millpond/tests/sim/random.h"

namespace millpond::sim {
namespace {

constexpr std::int64_t kMostFailures = 5;

void report(std::ostream& out, std::uint64_t seed, std::int64_t run, const Ended& ended) {
  out << fmt::format(
      "simulation {} failed at event {}: {}\n  seed {}: {}\n  again: ./run prove --sim --seed {}\n"
      "  the last steps:\n{}",
      run, ended.tally.events(), ended.complaint, seed, ended.scenario, seed, ended.last_events);
}

}  // namespace

std::uint64_t Campaign::seed_of(std::uint64_t seed, std::int64_t run) {
  return run == 0 ? seed : Random(seed ^ (static_cast<std::uint64_t>(run) << 32)).next();
}

Campaign::Result Campaign::run(std::ostream& complaints) const {
  Result result;
  const bool only_one = options_.only_run >= 0;
  for (std::int64_t run = only_one ? options_.only_run : 0;
       result.tally.events() < options_.events && result.failures < kMostFailures; ++run) {
    const std::uint64_t seed = seed_of(options_.seed, run);
    const Ended ended =
        simulate_once({.seed = seed, .mischief = options_.mischief, .trace = options_.trace});
    result.tally += ended.tally;
    ++result.runs;
    if (!ended.complaint.empty()) {
      ++result.failures;
      report(complaints, seed, run, ended);
    }
    if (options_.on_progress) {
      options_.on_progress(result.runs, result.tally);
    }
    if (only_one) {
      break;
    }
  }
  return result;
}

}  // namespace millpond::sim
