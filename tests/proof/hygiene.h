// Strangers leave sessions dirty in every way there is, one to three at a time; the next borrower
// must see a virgin session. Some sessions are killed in between.
//
//   prove_hygiene(campaign, backends);   // ledger: hygiene.redis.full, hygiene.redis.auto
#pragma once

#include "millpond/tests/proof/backend.h"
#include "millpond/tests/proof/campaign.h"

namespace millpond::proof {

// A bad count is a session that showed what a stranger had left; a failed one is a borrower who got
// no living session at the third try. Each is told on stderr.
void prove_hygiene(const Campaign& campaign, const Backends& backends);

}  // namespace millpond::proof
