// Many simulations, one after the other, until so many events have happened or one of them fails.
//
// For one thread.
//
//   const Campaign::Result result = Campaign({.seed = 1, .events = 1'000'000}).run(std::cerr);
#pragma once

#include <cstdint>
#include <functional>
#include <ostream>

#include "millpond/tests/sim/simulation.h"
#include "millpond/tests/sim/tally.h"

namespace millpond::sim {

class Campaign {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::int64_t events = 1'000'000;  // at least
    std::int64_t only_run = -1;       // just this one, whatever its events
    Mischief mischief = Mischief::kNone;
    std::ostream* trace = nullptr;
    // Called after each simulation.
    std::function<void(std::int64_t runs, const Tally& so_far)> on_progress = {};
  };
  struct Result {
    Tally tally;
    std::int64_t runs = 0;
    std::int64_t failures = 0;
  };

  explicit Campaign(Options options) : options_(std::move(options)) {}

  // Goes on after a failure, up to a few; each is written to `complaints` with what it takes to see
  // it again.
  Result run(std::ostream& complaints) const;

  // The seed of a campaign's how-manieth simulation: of the first its own, so that it can be
  // repeated alone.
  static std::uint64_t seed_of(std::uint64_t seed, std::int64_t run);

 private:
  Options options_;
};

}  // namespace millpond::sim
