// The deadline of what this thread does with libmariadb, which by itself knows whole seconds only.
//
// One per thread at a time, on the stack.
//
//   IoBudget io{budget, "probe"};
//   … any call into the library; its waits end with the budget …
//   if (io.failure()) { … }
#pragma once

#include <optional>
#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"

namespace millpond::drivers {

// libmariadb's hook: waits for `fd` as poll(2), 1 when ready, 0 when time ran out, -1 otherwise.
using IoWait = int(int fd, char is_read, int timeout);

// Waits as long as the thread's IoBudget says; without one, as long as the socket's time-outs,
// which the library sets.
int wait_within_budget(int fd, char is_read, int timeout);

class IoBudget {
 public:
  IoBudget(const Budget& budget, std::string_view phase);
  IoBudget(const IoBudget&) = delete;
  IoBudget& operator=(const IoBudget&) = delete;
  ~IoBudget();

  // Why a wait ended early: kTimeout or kCancelled.
  const std::optional<Error>& failure() const { return failure_; }

 private:
  friend IoWait wait_within_budget;

  int wait(int fd, short events);

  const Budget& budget_;
  std::string_view phase_;
  std::optional<Error> failure_;
};

}  // namespace millpond::drivers
