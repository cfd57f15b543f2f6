// The calling thread, as the kernel numbers it: what ps -L and a debugger show.
//
// One system call in the life of a thread.
#pragma once

#include <unistd.h>

#include "millpond/pools/internal/slot.h"

namespace millpond::internal {

inline ThreadId this_thread() noexcept {
  static constinit thread_local ThreadId id = kNoThread;
  if (id == kNoThread) [[unlikely]] {
    id = static_cast<ThreadId>(gettid());
  }
  return id;
}

}  // namespace millpond::internal
