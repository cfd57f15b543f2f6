// POSTs over reused connections that the server closes at every moment of an exchange: each arrives
// once at most.
//
//   prove_posts(campaign, backends);   // ledger: posts.http
#pragma once

#include "millpond/tests/proof/backend.h"
#include "millpond/tests/proof/campaign.h"

namespace millpond::proof {

// A bad count is a further arrival of the POST that arrived most often, by chunk; a failed one is a
// POST that its caller has no response to, as many should have. For HTTP alone.
void prove_posts(const Campaign& campaign, const Backends& backends);

}  // namespace millpond::proof
