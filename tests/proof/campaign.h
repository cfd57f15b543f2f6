// How much of each proof is done, in chunks that a ledger remembers, with a word of progress.
//
// One thread at a time.
//
//   const Campaign campaign{.ledger = ledger, .scale = 0.01, .seed = 1};
//   campaign.run({.key = "storm.redis", .whole = 1'000'000, .chunk = 10'000}, [&](auto& random,
//                auto count) { … });
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "millpond/tests/proof/ledger.h"
#include "millpond/tests/sim/random.h"

namespace millpond::proof {

struct Work {
  std::string key;
  std::int64_t whole = 0;  // at scale 1
  std::int64_t chunk = 0;  // at most so many between two lines of the ledger
};

struct Campaign {
  Ledger& ledger;
  double scale = 1;
  std::uint64_t seed = 1;

  // Plays what is left of the work. The same seed gives each chunk the same chances.
  using Play = std::function<Count(sim::Random& random, std::int64_t count)>;
  void run(const Work& work, const Play& play) const;

  // The same, each chunk played by all players at once, a thread and a part of the chunk each.
  void run(const Work& work, const std::vector<Play>& players) const;
};

}  // namespace millpond::proof
