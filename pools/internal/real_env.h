// The real world: the steady clock, futexes, worker threads, and entropy. The only file of the
// pools that touches any of them.
#pragma once

#include <memory>

#include "millpond/pools/env.h"

namespace millpond::internal {

// Workers start when there is work and no idle one, at most `max_workers` of them, and stay until
// the executor stops: vendor libraries block, so each dial, probe, reset, and close in flight needs
// a thread of its own. One more thread waits for timers.
std::shared_ptr<Env> make_real_env(int max_workers);

}  // namespace millpond::internal
