// How evenly the sessions of a fleet that started together end: in virtual time, with real cores.
#include <fmt/format.h>

#include "millpond/tests/faults/rows.h"
#include "millpond/tests/sim/fleet.h"
#include "millpond/tests/sim/virtual_time.h"

namespace millpond::faults {

Measured expiries(const proof::Campaign& campaign) {
  // Many processes, so that chance alone stays far below twice the uniform share.
  const sim::Fleet fleet{.processes = repeats(campaign, 2'000, 200), .seed = campaign.seed};
  const sim::Nanos window = fleet.lifetime / 100;
  const sim::Reconnects reconnects = sim::our_fleet(fleet).reconnects;
  const double windows = static_cast<double>(fleet.length) / static_cast<double>(window);
  const double uniform = static_cast<double>(reconnects.total()) / windows;
  const double ratio = static_cast<double>(reconnects.peak_in(window)) / uniform;
  return {.value = ratio,
          .text = fmt::format("{:.2f} x uniform", ratio),
          .runs = reconnects.total(),
          .at_target = ratio <= 2};
}

}  // namespace millpond::faults
