// Ends a connection under the library that has it.
//
// Keeps no state; safe from any thread. One system call, which never waits.
#pragma once

namespace millpond::drivers {

// Nothing can be said or heard any more; who waits for the other side to hang up need not. The
// descriptor stays the library's to close. Nothing happens to -1.
void hang_up(int fd) noexcept;

}  // namespace millpond::drivers
