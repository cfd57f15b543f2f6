// What one process may take of a server that others use, too.
//
// Pure; safe from any thread. All integers, rounded so that nobody's part is exceeded: parts of one
// server sum to at most its budget whatever the weights.
//
//   usable_sessions({.most = 200, .reserved = 3, .share = 0.8}) == 157
//   fair_share(157, {.instances = 6, .surge = 0.25}) == 19          // 6 + 2 instances
//   part_of(19, {.weight = 2, .total = 3}) == 12
#pragma once

#include <cstdint>

namespace millpond::policy {

struct ServerBudget {
  std::int64_t most = 0;  // sessions that the server admits
  std::int64_t reserved = 0;
  double share = 1;  // 0 to 1
};

struct Fleet {
  std::int64_t instances = 1;
  double surge = 0;  // 0.25: a quarter more while a version is rolled out
};

struct Weight {
  std::int64_t weight = 1;
  std::int64_t total = 1;  // of all pools of the server
};

// floor((most - reserved) * share); 0 where the reserve takes all.
std::int64_t usable_sessions(const ServerBudget& budget);

// ceil(instances * surge): how many more may run for a while.
std::int64_t surging_instances(const Fleet& fleet);

// floor(usable / (instances + surging)): one instance's part.
std::int64_t fair_share(std::int64_t usable, const Fleet& fleet);

// floor(fair * weight / total).
std::int64_t part_of(std::int64_t fair, const Weight& weight);

}  // namespace millpond::policy
