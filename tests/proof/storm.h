// Threads share a few connections and abandon requests half-way, at random; every answer that a
// borrower gets must be that of its own request.
//
//   prove_storm(campaign, backends);   // ledger: storm.redis
#pragma once

#include "millpond/tests/proof/backend.h"
#include "millpond/tests/proof/campaign.h"

namespace millpond::proof {

// A bad count is another request's answer; a failed one is no answer, which is an honest error.
void prove_storm(const Campaign& campaign, const Backends& backends);

}  // namespace millpond::proof
