// What one pool looks like at one instant: plain values for errors, tables, and metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "millpond/drivers/error.h"
#include "millpond/pools/closed_counts.h"

namespace millpond {

// One endpoint of the pool's server, as all pools of that server know it.
struct EndpointSnapshot {
  std::string address;        // "db1.internal:5432/orders"
  std::int64_t sessions = 0;  // this pool's, and its dials
  std::int64_t dials = 0;     // under way, of all pools
  int failures = 0;           // dials in a row that failed
  bool down = false;          // not expected to answer: one dial at a time tries it
  bool rejected = false;      // the credentials: no dial until there are others
};

struct PoolSnapshot {
  std::string pool;
  std::string server;
  std::string backend;

  // Now. Every slot is in exactly one of these states or empty; their sum exceeds
  // `size` only by rotation spares and overflow.
  std::int64_t size = 0;
  std::int64_t effective_size = 0;  // below it while the server admits no more
  std::int64_t in_use = 0;
  std::int64_t idle = 0;
  std::int64_t dialing = 0;
  std::int64_t probing = 0;
  std::int64_t resetting = 0;
  std::int64_t closing = 0;
  std::int64_t waiting = 0;

  // Since the start.
  std::int64_t acquired = 0;       // leases handed out
  std::int64_t waited = 0;         // acquires that had to queue
  std::int64_t timeouts = 0;       // acquires that gave up
  std::int64_t refused = 0;        // acquires turned away at once, or shed
  std::int64_t shed = 0;           // of these, waiters that would not have been served in time
  std::int64_t handed_over = 0;    // returns that went straight to a waiter
  std::int64_t nested = 0;         // waits of a thread that held a lease of the same pool
  std::int64_t dialed = 0;         // connections opened
  std::int64_t dial_failures = 0;  // attempts that failed
  ClosedCounts closed;

  std::string last_error;  // the backend's latest, or empty
  std::optional<drivers::ErrorKind> last_error_kind;
  std::vector<EndpointSnapshot> endpoints;  // in the order of the policy file

  // "2 of 8 in use, 6 idle, …": for a message.
  std::string text() const;

  std::int64_t open() const { return in_use + idle + dialing + probing + resetting + closing; }
};

}  // namespace millpond
