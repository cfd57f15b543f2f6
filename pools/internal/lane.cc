#include "millpond/pools/internal/lane.h"

#include <utility>

namespace millpond::internal {

bool Lane::post(Task task) {
  {
    const MutexLock lock(mu_);
    if (running_ == most_) {
      waiting_.push_back(std::move(task));
      return true;
    }
    ++running_;
  }
  if (executor_.post([self = shared_from_this(), task = std::move(task)] { self->run(task); })) {
    return true;
  }
  const MutexLock lock(mu_);
  --running_;
  return false;
}

// Goes on with what has come to wait meanwhile: an executor that stops still runs that, because it
// waits for this task.
void Lane::run(Task task) {
  for (;;) {
    task();
    const MutexLock lock(mu_);
    if (waiting_.empty()) {
      --running_;
      return;
    }
    task = std::move(waiting_.front());
    waiting_.pop_front();
  }
}

}  // namespace millpond::internal
