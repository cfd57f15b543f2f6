#include "millpond/bench/null_driver.h"

#include <algorithm>
#include <thread>
#include <tl/expected.hpp>

namespace millpond::bench {
namespace {

// Like a peer that swallows every packet. Looks up rarely, so that waiting costs nothing.
drivers::Error wait_in_vain(const drivers::Budget& budget) {
  using drivers::ErrorKind;
  constexpr std::chrono::milliseconds kLook{20};
  while (!budget.expired() && !budget.cancelled()) {
    std::this_thread::sleep_for(std::min(kLook, budget.remaining()));
  }
  return {budget.cancelled() ? ErrorKind::kCancelled : ErrorKind::kTimeout, "connect", "no answer"};
}

}  // namespace

drivers::Result<std::unique_ptr<drivers::Connection>> NullDriver::connect(
    const drivers::Endpoint& /*endpoint*/, const drivers::SessionSettings& /*settings*/,
    const drivers::Budget& budget) const {
  if (answers_after_ == kNever) {
    return tl::unexpected(wait_in_vain(budget));
  }
  if (answers_after_ > kAtOnce) {
    std::this_thread::sleep_for(answers_after_);
  }
  return std::make_unique<NullConnection>();
}

}  // namespace millpond::bench
