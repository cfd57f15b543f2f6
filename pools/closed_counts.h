// Connections closed since the start, by reason. A plain value.
#pragma once

#include <cstdint>

namespace millpond {

struct ClosedCounts {
  std::int64_t lifetime = 0;
  std::int64_t idle = 0;
  std::int64_t uses = 0;
  std::int64_t broken = 0;  // by its borrower's word, a failed probe, or a failed reset
  std::int64_t drained = 0;
};

}  // namespace millpond
