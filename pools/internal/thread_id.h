// The calling thread, as the kernel numbers it: what ps -L and a debugger show.
//
// One system call in the life of a thread.
#pragma once

#include <unistd.h>

#include "millpond/pools/internal/slot.h"

namespace millpond::internal {

// Set when the thread first asks by the function below, as it does before it has its first slot
// (Pool::take): the fast path reads it without asking.
inline constinit thread_local ThreadId thread_id = kNoThread;

inline ThreadId this_thread() noexcept {
  if (thread_id == kNoThread) [[unlikely]] {
    thread_id = static_cast<ThreadId>(gettid());
  }
  return thread_id;
}

}  // namespace millpond::internal
