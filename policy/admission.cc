#include "millpond/policy/admission.h"

#include <algorithm>

namespace millpond::policy {

AdmissionControl::AdmissionControl(const PoolPolicy& policy)
    : enabled_(policy.overload == Overload::kShed),
      tolerable_(std::min<Duration>(policy.acquire_timeout / 10, kWindow)) {}

void AdmissionControl::on_arrival(Duration now) {
  roll(now);
  ++current_.arrivals;
}

void AdmissionControl::on_service(Duration now, Duration oldest) {
  roll(now);
  ++current_.services;
  current_.smallest = std::min(current_.smallest, oldest);
}

void AdmissionControl::on_empty(Duration now) {
  roll(now);
  current_.smallest = Duration::zero();
}

// A window without a service proves nothing about the queue: a stalled backend is not an overload.
// What is shed keeps the oldest wait at `tolerable`, so only half of it says that the load fell.
void AdmissionControl::roll(Duration now) {
  if (now - current_.begin < kWindow) {
    return;
  }
  if (enabled_ && current_.smallest != Duration::max()) {
    shedding_ = current_.smallest > (shedding_ ? tolerable_ / 2 : tolerable_);
  }
  last_ = current_;
  current_ = {.begin = now};
}

bool AdmissionControl::doomed(const Candidate& waiter) const {
  if (!shedding_ || waiter.waited <= tolerable_ || last_.services == 0) {
    return false;
  }
  const std::int64_t gained = last_.services - last_.arrivals;  // per window
  if (gained <= 0) {
    return true;
  }
  return waiter.newer / gained >= waiter.left / kWindow;
}

}  // namespace millpond::policy
