// A row of the scoreboard: one figure of how the pools fail, its target, and how it is measured.
//
// Plain values.
//
//   Row{.number = 13, .name = "handshakes", …, .measure = [](const proof::Campaign& campaign) {
//     return exact(most - cap, runs);
//   }};
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>

#include "millpond/tests/proof/campaign.h"

namespace millpond::faults {

struct Measured {
  double value = 0;       // the figure
  std::string text{};     // the same, as a person reads it
  std::int64_t runs = 0;  // what it is of
  bool at_target = false;
};

// What is told only fails nothing where it misses its target: figures of time, because machines are
// shared, and counts that are not yet at it in every run.
enum class Standing : std::uint8_t { kHeld, kTold };

struct Row {
  int number = 0;
  std::string name{};    // one word, for ./run faults NAME
  std::string figure{};  // what is measured
  std::string target{};
  Standing standing = Standing::kHeld;
  // Lifts its fault and proves recovery before it returns; throws std::exception where it cannot.
  // None: not built yet.
  std::function<Measured(const proof::Campaign&)> measure{};
};

// A count whose target is none at all.
inline Measured none_of(std::int64_t bad, std::int64_t runs) {
  return {.value = static_cast<double>(bad),
          .text = std::to_string(bad),
          .runs = runs,
          .at_target = bad == 0};
}

// How often something is done that is not worth a ledger.
inline std::int64_t repeats(const proof::Campaign& campaign, std::int64_t whole,
                            std::int64_t least) {
  const double scaled = std::ceil(static_cast<double>(whole) * campaign.scale);
  return std::max(least, static_cast<std::int64_t>(scaled));
}

}  // namespace millpond::faults
