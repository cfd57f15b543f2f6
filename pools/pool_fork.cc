// A pool around fork(2), see internal/fork_guard.h.
#include <fcntl.h>
#include <unistd.h>

#include "millpond/pools/pool.h"

namespace millpond {

void Pool::lock_for_fork() {
  mu_.lock();
}

void Pool::unlock_after_fork() {
  mu_.unlock();
}

// Only what is safe in the child of a process with threads: system calls, and this pool's own
// words.
void Pool::abandon_in_child() {
  abandoned_.store(true, std::memory_order_relaxed);
  internal::Actions none;
  core_.close(internal::Refusal::kForked, TimePoint{}, none);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (internal::SlotId slot = 0; slot < table_.size(); ++slot) {
    const auto& connection = connections_[slot];
    if (connection != nullptr && connection->watch_fd() >= 0) {
      dup2(null, connection->watch_fd());
    }
  }
  ::close(null);
  env_->peer_watch().abandon_in_child();
  mu_.unlock();
}

}  // namespace millpond
