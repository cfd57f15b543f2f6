// All rows of the scoreboard, and the measurement of each, a file of its own name.
//
// For one thread; a measurement starts servers and threads of its own.
//
//   for (const Row& row : all_rows()) { … }
#pragma once

#include <vector>

#include "millpond/tests/faults/row.h"
#include "millpond/tests/proof/campaign.h"

namespace millpond::faults {

// In the order of their numbers.
std::vector<Row> all_rows();

Measured over_limit(const proof::Campaign& campaign);
Measured cancels(const proof::Campaign& campaign);
Measured exhaustive_models(const proof::Campaign& campaign);
Measured overshoot(const proof::Campaign& campaign);
Measured fail_fast(const proof::Campaign& campaign);
Measured recovery(const proof::Campaign& campaign);
Measured dead_lent(const proof::Campaign& campaign);
Measured half_open(const proof::Campaign& campaign);
Measured read_only(const proof::Campaign& campaign);
Measured hygiene(const proof::Campaign& campaign);
Measured storm(const proof::Campaign& campaign);
Measured late_cancels(const proof::Campaign& campaign);
Measured handshakes(const proof::Campaign& campaign);
Measured expiries(const proof::Campaign& campaign);
Measured fairness(const proof::Campaign& campaign);
Measured wedged(const proof::Campaign& campaign);
Measured descriptors(const proof::Campaign& campaign);
Measured gauges(const proof::Campaign& campaign);
Measured close_deadline(const proof::Campaign& campaign);
Measured shrink(const proof::Campaign& campaign);
Measured credentials(const proof::Campaign& campaign);
Measured clock_step(const proof::Campaign& campaign);
Measured fork_safety(const proof::Campaign& campaign);
Measured safety_check(const proof::Campaign& campaign);
Measured reset_cost(const proof::Campaign& campaign);

}  // namespace millpond::faults
