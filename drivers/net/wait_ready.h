// Waits until a socket can be read or written, within a budget.
//
// Keeps no state; safe from any thread.
//
//   if (auto ready = wait_ready(fd, POLLIN, budget, "probe"); !ready) { … }
#pragma once

#include <string_view>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"

namespace millpond::drivers {

// `events` as poll(2) takes them. A closed or failed socket counts as ready: the read or write that
// follows says why. The error is kTimeout or kCancelled.
Result<void> wait_ready(int fd, short events, const Budget& budget, std::string_view phase);

}  // namespace millpond::drivers
