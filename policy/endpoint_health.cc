#include "millpond/policy/endpoint_health.h"

#include <algorithm>

namespace millpond::policy {
namespace {

// More at once no policy asks for (max_concurrent_dials' bound), so that doubling ends.
constexpr std::int64_t kWidest = 1 << 16;

}  // namespace

std::int64_t EndpointHealth::window(Duration now) const {
  const bool forgotten = dials_ == 0 && now - last_success_ > kFreshness;
  return forgotten ? 1 : window_;
}

bool EndpointHealth::may_dial(Duration now, std::int64_t most) const {
  if (barred_ || dials_ >= most || (failures_ > 0 && now < retry_at_)) {
    return false;
  }
  return dials_ < window(now) || (!down() && stalled(now));
}

void EndpointHealth::on_dial(Duration now) {
  window_ = window(now);
  last_event_ = now;
  ++dials_;
}

void EndpointHealth::on_success(Duration now) {
  --dials_;
  failures_ = 0;
  window_ = std::min(window_ * 2, kWidest);
  last_event_ = last_success_ = now;
}

void EndpointHealth::on_failure(Duration retry_at) {
  --dials_;
  ++failures_;
  window_ = 1;
  retry_at_ = std::max(retry_at_, retry_at);
}

void EndpointHealth::on_no_verdict() {
  --dials_;
}

void EndpointHealth::bar() {
  barred_ = true;
}

void EndpointHealth::unbar() {
  if (barred_) {
    barred_ = false;
    failures_ = 0;
    window_ = 1;
  }
}

void EndpointHealth::eject(Duration retry_at) {
  failures_ = std::max(failures_, kFailuresUntilDown);
  broken_ = 0;
  window_ = 1;
  retry_at_ = retry_at;
}

}  // namespace millpond::policy
