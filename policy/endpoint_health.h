// What is known of one endpoint: whether it may be dialled now, by how many at once, and whether it
// is taken to be down.
//
// A circuit breaker, and a window of dials at once. The window opens like TCP's (RFC 5681, slow
// start): one dial first, twice as many after each that succeeded, one again after a failure or a
// quiet second. So a password that was changed costs one failed login, and a server that comes back
// is not met by a herd. After a few failures in a row the endpoint is down: callers need not wait
// for it, and one dial at a time tries it.
//
// Not thread-safe; internal::Endpoints owns one for each. No clock: `now` is any steady time.
//
//   if (health.may_dial(now, 4)) {
//     health.on_dial(now);
//     … health.on_success(now), or health.on_failure(now + backoff_delay(…)) …
//   }
#pragma once

#include <cstdint>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

class EndpointHealth {
 public:
  // One failure may be an accident, as may two of dials that were under way together.
  static constexpr int kFailuresUntilDown = 3;
  // A dial that takes longer keeps nobody else from dialling: it may be wedged.
  static constexpr Duration kPatience = std::chrono::milliseconds{250};
  // A success says nothing of how the endpoint is after this time.
  static constexpr Duration kFreshness = std::chrono::seconds{1};

  // Whether one more dial may begin, where `most` at once are allowed.
  bool may_dial(Duration now, std::int64_t most) const;

  void on_dial(Duration now);

  // Each dial ends in one of these.
  void on_success(Duration now);
  void on_failure(Duration retry_at);
  // For a reason that is not the endpoint's.
  void on_no_verdict();

  // Waiting cures nothing: no dial until unbar().
  void bar();
  void unbar();
  bool barred() const { return barred_; }

  // A session that worked is gone, and nobody here closed it: the next dials go one by one, and a
  // row of such is somebody's fault. A session that answers ends the row.
  void on_broken_session() {
    ++broken_;
    window_ = 1;
  }
  void on_answer() { broken_ = 0; }
  // In a row; five may be one restart of a small pool's server, or the server's fault.
  static constexpr int kBrokenUntilOutlier = 5;
  bool outlier() const { return broken_ >= kBrokenUntilOutlier; }
  // Takes it to be down until a dial at `retry_at` or later succeeds.
  void eject(Duration retry_at);

  bool down() const { return barred_ || failures_ >= kFailuresUntilDown; }
  // The last dial failed: another endpoint, if there is one, is the better choice.
  bool suspect() const { return barred_ || failures_ > 0; }
  // A dial is under way and has been for longer than is usual.
  bool stalled(Duration now) const { return dials_ > 0 && now - last_event_ >= kPatience; }

  int failures() const { return failures_; }  // in a row
  int dials() const { return dials_; }        // under way
  std::int64_t window(Duration now) const;    // as many at once while none takes long

 private:
  int dials_ = 0;
  int failures_ = 0;
  int broken_ = 0;
  bool barred_ = false;
  std::int64_t window_ = 1;
  Duration last_event_ = Duration::min() / 2;    // a dial's begin or success
  Duration last_success_ = Duration::min() / 2;  // so that differences don't overflow
  Duration retry_at_ = Duration::min() / 2;
};

}  // namespace millpond::policy
