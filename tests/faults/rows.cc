#include "millpond/tests/faults/rows.h"

namespace millpond::faults {

std::vector<Row> all_rows() {
  using enum Standing;
  return {
      {1, "over_limit", "sessions over the limit, seen by the server", "0", kTold, over_limit},
      {2, "cancels", "slots lost to cancelled acquires", "0", kHeld, cancels},
      {3, "models", "models of the lock-free protocols that fail", "0", kHeld, exhaustive_models},
      {4, "overshoot", "acquire past its deadline, p99 over a bare wait's", "<= 1.5", kTold,
       overshoot},
      {5, "fail_fast", "postmaster killed: first refusal at once, then each",
       "<= 1 s, then <= 1 ms", kTold, fail_fast},
      {6, "recovery", "server accepts again: first success / full pool", "<= 0.5 s / <= 3 s", kTold,
       recovery},
      {7, "dead_lent", "sessions lent >= 100 ms after they left the server's list", "0", kTold,
       dead_lent},
      {8, "half_open", "half-open way noticed while idle", "<= 3 s", kTold, half_open},
      {9, "read_only", "read-only sessions lent > 1 s after the first refusal", "0", kTold,
       read_only},
      {10, "hygiene", "sessions that showed what a stranger left", "0", kHeld, hygiene},
      {11, "storm", "answers of another's request", "0", kHeld, storm},
      {12, "late_cancels", "late cancels that hit another lease", "0", kHeld, late_cancels},
      {13, "handshakes", "most handshakes at once at recovery, cap 4", "<= 4", kHeld, handshakes},
      {14, "expiries", "largest share of expiries in 1 % of a lifetime", "<= 2 x uniform", kHeld,
       expiries},
      {15, "fairness", "longest over median wait, 100 callers of 10", "<= 2", kTold, fairness},
      {16, "wedged", "throughput of others lost to ten wedged dials", "0 (A/A, or 10 %)", kTold,
       wedged},
      {17, "descriptors", "descriptors leaked by connects that fail", "0", kHeld, descriptors},
      {18, "gauges", "gauges minus truth, all quiet", "0", kHeld, gauges},
      {19, "close", "close() past its drain deadline", "<= 50 ms", kTold, close_deadline},
      {20, "shrink", "forced closes and underflows, shrinking while all is lent", "0", kHeld,
       shrink},
      {21, "credentials", "failed logins for a rotated password", "<= 1", kTold, credentials},
      {22, "clock_step", "evictions and time-outs from steps of an hour", "0", kHeld, clock_step},
      {23, "fork", "parent's sessions lost to its children", "0", kHeld, fork_safety},
      {24, "safety_check", "cost of the look before lending", "<= 1 us", kTold, safety_check},
      {25, "reset_cost", "reset over the bare protocol's", "<= 1.15", kTold, reset_cost},
  };
}

}  // namespace millpond::faults
