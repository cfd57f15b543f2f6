// Stops a server process the way a hung one looks: its sockets stay open and nobody answers.
//
// Safe to call from any thread.
//
//   freeze(redis.process().pid());
//   … whoever waits for an answer must end by a deadline of his own …
//   thaw(redis.process().pid());
#pragma once

#include <sys/types.h>

namespace millpond::harness {

// Returns when every thread of it has stopped: until then one may still answer. Throws
// std::runtime_error when that takes too long.
void freeze(pid_t process);

void thaw(pid_t process);

}  // namespace millpond::harness
