// One simulation's pool, callers, backend, and ending, all drawn from a seed.
//
// Plain values.
//
//   Random random(seed);
//   const Scenario scenario = draw_scenario(random);
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"
#include "millpond/pools/internal/slot_word.h"
#include "millpond/tests/sim/random.h"
#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

// How a pool's life ends.
enum class Ending : std::uint8_t {
  kCloseInFlight,  // with leases out and waiters queued
  kCalmThenClose,  // when every fault was lifted and nobody has asked for long enough
};

// Whether a waiter is a blocked thread.
enum class Waits : std::uint8_t { kBlocked, kAsynchronous };

struct Scenario {
  policy::PoolPolicy policy;
  internal::Fencing fencing = internal::Fencing::kSymmetric;
  Waits waits = Waits::kBlocked;
  Ending ending = Ending::kCloseInFlight;
  std::size_t endpoints = 1;
  policy::Balance balance = policy::Balance::kFailover;
  std::uint64_t core_seed = 0;
  std::uint32_t callers = 1;
  double rivalry = 0;           // chance that a rival acts at a claim or a fence
  double interludes = 0;        // chance that others act between two steps of the fast path
  double nesting = 0;           // chance that a holder asks for a second connection
  double watched = 0;           // share of the sessions whose socket is watched
  std::int64_t events = 0;      // until the ending
  std::int64_t per_phase = 0;   // events of one phase
  std::int64_t scan_every = 1;  // events between two looks at every slot
};

Scenario draw_scenario(Random& random);

// What callers do, for a phase.
struct Tempo {
  LogRange hold{1, 1};
  LogRange rest{1, 1};
  LogRange patience{1, 1};
  double impatient = 0;    // share that do not wait
  double interrupted = 0;  // share that are told to stop while they wait
};

Tempo draw_tempo(Random& random);

// What the backend does, for a phase.
struct Weather {
  LogRange dial{1, 1};
  LogRange operation{1, 1};
  double refuses = 0;       // share of dials that fail, curably
  double rejects = 0;       // because of credentials or settings
  double hangs = 0;         // until connect_timeout
  double fails_probes = 0;  // probes and resets
  double breaks = 0;        // connections, while they are lent
  double discards = 0;      // connections that their borrower gives up for nothing
  double hangs_up = 0;      // share of the watched sessions that the server ends soon
  double dirties = 0;
};

Weather draw_weather(Random& random);
Weather fair_weather();

}  // namespace millpond::sim
