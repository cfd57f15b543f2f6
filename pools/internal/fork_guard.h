// What a fork(2) does to the pools of a process: nothing to the parent's sessions.
//
// The child has the parent's sockets but none of its threads. Whatever it sent, were it only a
// goodbye at exit, would go into the parent's sessions. So in the child every pooled descriptor is
// /dev/null, and every pool refuses with Errc::kForked. Covers fork(), not a bare clone(2).
//
// Safe from any thread.
#pragma once

#include <memory>

namespace millpond {
class Pool;
}

namespace millpond::internal {

// From here on the pool is prepared for a fork, and it stays in memory for good: its last return
// may still be on its way through the pool's words when everything is closed. Costs what an empty
// pool takes, 128 bytes a slot and some kilobytes, for each pool that was ever opened.
void keep(std::shared_ptr<Pool> pool);

}  // namespace millpond::internal
