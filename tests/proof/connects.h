// Connects that fail: refused, with a wrong password, to a host that never answers, asking for TLS
// where there is none. Descriptors and memory stay as they were.
//
//   prove_connects(campaign, backends);   // ledger: connects.redis
#pragma once

#include "millpond/tests/proof/backend.h"
#include "millpond/tests/proof/campaign.h"

namespace millpond::proof {

// A bad count is a descriptor that stayed open; a failed one is a connect that succeeded.
void prove_connects(const Campaign& campaign, const Backends& backends);

}  // namespace millpond::proof
