#include "millpond/pools/internal/fork_guard.h"

#include <pthread.h>

#include <utility>
#include <vector>

#include "millpond/pools/internal/mutex.h"
#include "millpond/pools/pool.h"

namespace millpond::internal {
namespace {

// Never destroyed, because leases may outlive the statics.
struct Kept {
  Mutex mu;
  std::vector<std::shared_ptr<Pool>> pools MILLPOND_GUARDED_BY(mu);
};

Kept& kept() {
  static Kept& all = *new Kept;
  return all;
}

// No pool may be in the middle of an event when its memory is copied. The locks cross functions,
// which the analysis cannot follow.
void before_fork() MILLPOND_NO_THREAD_SAFETY_ANALYSIS {
  kept().mu.lock();
  for (const auto& pool : kept().pools) {
    pool->lock_for_fork();
  }
}

void in_parent() MILLPOND_NO_THREAD_SAFETY_ANALYSIS {
  for (const auto& pool : kept().pools) {
    pool->unlock_after_fork();
  }
  kept().mu.unlock();
}

void in_child() MILLPOND_NO_THREAD_SAFETY_ANALYSIS {
  for (const auto& pool : kept().pools) {
    pool->abandon_in_child();
  }
  kept().mu.unlock();
}

}  // namespace

void keep(std::shared_ptr<Pool> pool) {
  Kept& all = kept();
  const MutexLock lock(all.mu);
  if (all.pools.empty()) {
    pthread_atfork(&before_fork, &in_parent, &in_child);
  }
  all.pools.push_back(std::move(pool));
}

}  // namespace millpond::internal
