// When a queue is a standing one, and whom it should then serve and send away.
//
// Overloaded for good, a first-come queue serves everybody just before they give up. So once even
// the *smallest* wait of a tenth of a second is too long, newest first: they can still make it, and
// the doomed learn it at once. The idea is CoDel's (Nichols, Jacobson 2012) with the adaptive LIFO
// of Maurer 2015; all of it is counted from the events, so the same events give the same verdicts.
//
// Not thread-safe; its pool's core owns one. No clock: `now` is any steady time.
//
//   admission.on_arrival(now);
//   if (admission.on_service(now, oldest_wait); admission.shedding()) serve_the_newest();
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

class AdmissionControl {
 public:
  // Verdicts are drawn from windows of this length.
  static constexpr Duration kWindow = std::chrono::milliseconds{100};

  explicit AdmissionControl(const PoolPolicy& policy);

  // Somebody joined the queue.
  void on_arrival(Duration now);

  // Somebody of the queue is about to be served, whose oldest member has waited for `oldest`.
  void on_service(Duration now, Duration oldest);

  // Nobody waits any more.
  void on_empty(Duration now);

  // Newest first, for now.
  bool shedding() const { return shedding_; }

  // A waiter, as the verdict needs it.
  struct Candidate {
    Duration waited{};
    Duration left{};         // until its deadline
    std::int64_t newer = 0;  // waiters that would be served before it
  };
  // While shedding: it waited as long as is tolerable, and as the last window went, those before it
  // will not be served in time.
  bool doomed(const Candidate& waiter) const;

  // The longest wait that is still normal: min(acquire_timeout / 10, 100 ms).
  Duration tolerable() const { return tolerable_; }

 private:
  struct Window {
    Duration begin{};
    Duration smallest = Duration::max();  // of the oldest waits at each service
    std::int64_t arrivals = 0;
    std::int64_t services = 0;
  };

  void roll(Duration now);

  bool enabled_;
  Duration tolerable_;
  Window current_;
  Window last_;
  bool shedding_ = false;
};

}  // namespace millpond::policy
