// How many connections a workload needs so that few callers wait: Erlang's C formula, for arrivals
// at random moments and holding times that are often short and sometimes long.
//
// Pure; safe from any thread. Bounded: no answer has more than kMostServers.
//
//   servers_needed({.arrivals_per_second = 500, .hold_seconds = 0.02, .p = 0.99,
//                   .wait_seconds = 0.005})->servers == 17
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millpond::policy {

inline constexpr std::int64_t kMostServers = 10'000;

struct Demand {
  double arrivals_per_second = 0;  // 0 or more
  double hold_seconds = 0;         // above 0: how long one caller keeps a connection, on average
  double p = 0;                    // between 0 and 1: the part of callers that
  double wait_seconds = 0;         // waits no longer than this
};

// What so many servers do for a demand.
struct Answer {
  std::int64_t servers = 0;
  double offered = 0;      // a: how many would be busy on average if nobody had to wait
  double utilisation = 0;  // rho: the part of them that is busy
  double probability_of_wait = 0;
  double probability_of_longer_wait = 0;  // longer than the demand's wait_seconds
  double quantile_of_wait = 0;            // seconds that the part p of callers waits at most
};

// The smallest number for which the part p waits no longer than wanted; nothing when even
// kMostServers are too few.
std::optional<Answer> servers_needed(const Demand& demand);

// One answer for each number from `first` to `last` that can serve the demand at all (more servers
// than are busy on average), at most kMostServers.
struct ServerRange {
  std::int64_t first = 1;
  std::int64_t last = 1;
};
std::vector<Answer> answers(const Demand& demand, ServerRange range);

// "10", "12.35", "15234".
std::string load_text(double offered);

// "3.1%", "0.02%", "<0.01%".
std::string probability_text(double probability);

}  // namespace millpond::policy
