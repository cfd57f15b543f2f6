// Connections closed since the start, by reason. A plain value.
#pragma once

#include <cstdint>

namespace millpond {

struct ClosedCounts {
  std::int64_t lifetime = 0;  // too old, or of a password that was replaced
  std::int64_t idle = 0;      // longer than idle_timeout, or more than max_idle
  std::int64_t uses = 0;
  std::int64_t broken = 0;    // by its borrower's word, a failed probe, or a failed reset
  std::int64_t dead = 0;      // the server hung up, and nobody had found out by using it
  std::int64_t surplus = 0;   // above a size that was lowered, or opened by overflow
  std::int64_t outdated = 0;  // of a generation before
  std::int64_t moved = 0;     // replaced by one at the endpoint where it is to be
  std::int64_t drained = 0;

  std::int64_t total() const {
    return lifetime + idle + uses + broken + dead + surplus + outdated + moved + drained;
  }
};

}  // namespace millpond
