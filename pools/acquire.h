// How to ask for a connection, and what is said when there is none.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "millpond/pools/error.h"
#include "millpond/pools/snapshot.h"

namespace millpond {

struct AcquireOptions {
  // How long to wait at most; unset: the pool's acquire_timeout.
  std::optional<std::chrono::microseconds> timeout;
};

// Why an acquire failed: what was asked, what the pool looked like, what the backend said last, and
// what to change. Never holds a secret.
struct AcquireError {
  Errc code = Errc::kTimeout;
  std::string pool;
  std::chrono::microseconds waited{};
  PoolSnapshot snapshot;  // taken when the acquire gave up
  std::string advice;

  // One line for a log.
  std::string message() const;
};

}  // namespace millpond
