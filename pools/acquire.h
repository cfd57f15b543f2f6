// How to ask for a connection, and what is said when there is none.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "millpond/pools/call_site.h"
#include "millpond/pools/error.h"
#include "millpond/pools/snapshot.h"

namespace millpond {

struct AcquireOptions {
  // How long to wait at most; unset: the pool's acquire_timeout.
  std::optional<std::chrono::microseconds> timeout{};
  // Ends the wait early: Errc::kCancelled.
  std::stop_token stop{};
};

// The same for with(), which borrows for the length of one call.
struct WorkOptions {
  std::optional<std::chrono::microseconds> timeout{};  // for each try to get a connection
  std::stop_token stop{};                              // also ends the pause before the next try
  // Doing the work twice does no harm: then max_retries and retry_on of the policy hold for
  // whatever may pass, and not only for a session that broke before anything was sent.
  bool idempotent = false;
};

// A lease that is out: who asked for it, where, and how long ago (to a tick, 50 ms).
struct Holder {
  CallSite site;
  std::uint32_t thread = 0;  // as the kernel numbers it; 0: it is being handed over
  std::chrono::milliseconds age{};

  // "shop.cc:31 checkout(), thread 4711, for 1s 250ms"
  std::string text() const;
};

// What the pool was busy with when an acquire failed.
enum class AcquirePhase : std::uint8_t {
  kAdmission,  // refused without waiting
  kReturn,     // waited for somebody to give a connection back
  kDial,       // waited for one to be opened
  kProbe,      // waited for one to be proven
  kReset,      // waited for one to be cleaned
};

// What the pool looked like when an acquire failed, who held its connections, what the backend said
// last, and what to change. Never holds a secret.
struct AcquireReport {
  std::string pool{};
  AcquirePhase phase = AcquirePhase::kAdmission;
  std::chrono::microseconds waited{};
  std::size_t ahead = 0;          // how many were before it in the queue when it gave up
  PoolSnapshot snapshot{};        // taken when the acquire gave up
  std::vector<Holder> holders{};  // the longest first, some at most
  std::string advice{};
};

// Why an acquire failed. Small, so that a Result costs next to nothing while nothing fails; the
// report is written when something does.
struct AcquireError {
  Errc code = Errc::kTimeout;
  std::shared_ptr<const AcquireReport> report{};  // never null in an error that a pool gave

  // One line for a log.
  std::string message() const;
};

}  // namespace millpond
