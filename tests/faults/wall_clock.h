// The wall clock of this process, which a row may step. The steady clock goes on as it does.
//
// Safe to call from any thread. Holds for everything in the process that asks the C library for the
// time of day, vendors' libraries included.
//
//   step_wall_clock(1h);
//   …
//   step_wall_clock(-1h);
#pragma once

#include <chrono>

namespace millpond::faults {

void step_wall_clock(std::chrono::seconds by);

}  // namespace millpond::faults
