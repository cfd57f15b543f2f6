// Tasks in the order they are due: those for now first come first served, those for later by time.
//
// Pure data; guarded by the executor that owns it.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "millpond/pools/env.h"
#include "millpond/pools/time_point.h"

namespace millpond::internal {

class TaskQueue {
 public:
  void push(Task task) { ready_.push_back(std::move(task)); }
  void push_at(TimePoint when, Task task) { timed_.emplace(when, std::move(task)); }

  // The next task that is for now.
  std::optional<Task> pop() {
    if (ready_.empty()) {
      return std::nullopt;
    }
    Task task = std::move(ready_.front());
    ready_.pop_front();
    return task;
  }

  // The next timed task that is due at `now`.
  std::optional<Task> pop_timed(TimePoint now) {
    if (timed_.empty() || timed_.begin()->first > now) {
      return std::nullopt;
    }
    Task task = std::move(timed_.begin()->second);
    timed_.erase(timed_.begin());
    return task;
  }

  // When the next timed task is due, if there is one.
  std::optional<TimePoint> next_due() const {
    return timed_.empty() ? std::nullopt : std::optional{timed_.begin()->first};
  }

  std::size_t ready() const { return ready_.size(); }
  void clear_timed() { timed_.clear(); }

 private:
  std::deque<Task> ready_;
  std::multimap<TimePoint, Task> timed_;
};

}  // namespace millpond::internal
