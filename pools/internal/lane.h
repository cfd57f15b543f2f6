// One pool's share of the workers: so many of its tasks at once, the rest in their order. So a pool
// whose server has stopped answering keeps its own returns waiting, and no other pool's.
//
// Safe to call from any thread. Costs a leaf mutex beside the executor's.
//
//   Lane lane{executor, 4};
//   if (!lane.post(task)) task();   // the executor was stopped
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "millpond/pools/env.h"
#include "millpond/pools/internal/mutex.h"

namespace millpond::internal {

class Lane : public std::enable_shared_from_this<Lane> {
 public:
  // Made by make_shared: its tasks keep it.
  Lane(Executor& executor, std::int64_t most) : executor_(executor), most_(most) {}

  // False when the executor was stopped: the task was not and will not be run.
  bool post(Task task);

 private:
  void run(Task task);

  Executor& executor_;
  const std::int64_t most_;
  Mutex mu_;
  std::deque<Task> waiting_ MILLPOND_GUARDED_BY(mu_);
  std::int64_t running_ MILLPOND_GUARDED_BY(mu_) = 0;
};

}  // namespace millpond::internal
