#include "millpond/tests/sim/dial_oracle.h"

#include <fmt/format.h>

#include <algorithm>

namespace millpond::sim {

using internal::DialFailure;
using internal::EndpointId;

std::string DialOracle::begins(EndpointId endpoint, Nanos at) {
  if (endpoint >= endpoints_.size()) {
    return fmt::format("endpoint {} is dialled, of {}", endpoint, endpoints_.size());
  }
  Known& to = endpoints_[endpoint];
  ++to.dials;
  if (to.barred) {
    return "dialled again though the credentials were rejected";
  }
  if (at < to.avoid_until) {
    return fmt::format("endpoint {} is dialled too soon after it could not be used", endpoint);
  }
  return to.down() && to.dials > 1
             ? fmt::format("{} dials try endpoint {}, which is down", to.dials, endpoint)
             : "";
}

void DialOracle::done(EndpointId endpoint) {
  Known& known = endpoints_[endpoint];
  --known.dials;
  known.failures = 0;
  full_ = exhausted_ = 0;
}

void DialOracle::failed(EndpointId endpoint, DialFailure failure, Nanos at) {
  Known& known = endpoints_[endpoint];
  --known.dials;
  switch (failure) {
    case DialFailure::kRejected:
      for (Known& each : endpoints_) {
        each.barred = true;
      }
      [[fallthrough]];
    case DialFailure::kUnreached:
    case DialFailure::kUnanswered:
      ++known.failures;
      break;
    case DialFailure::kMisconfigured:
    case DialFailure::kReadOnly:
      known.avoid_until = at + avoids_;
      break;
    case DialFailure::kFull:
      ++full_;
      break;
    case DialFailure::kHostExhausted:
      ++exhausted_;
      break;
    case DialFailure::kCancelled:
      break;
  }
}

void DialOracle::session_broke(EndpointId endpoint) {
  Known& known = endpoints_[endpoint];
  ++known.broken;
  const auto down = std::count_if(endpoints_.begin(), endpoints_.end(),
                                  [](const Known& each) { return each.down(); });
  const auto allowed = static_cast<std::ptrdiff_t>(endpoints_.size() / 2);
  if (known.broken >= 5 && !known.down() && down < allowed) {
    known.failures = 3;
    known.broken = 0;
  }
}

void DialOracle::unbarred() {
  for (Known& each : endpoints_) {
    each.failures = each.barred ? 0 : each.failures;
    each.barred = false;
  }
}

bool DialOracle::hopeless(Nanos at) const {
  return full_ >= 3 || std::all_of(endpoints_.begin(), endpoints_.end(), [at](const Known& known) {
           return known.down() || at < known.avoid_until;
         });
}

bool DialOracle::clear(EndpointId endpoint, Nanos at) const {
  const Known& known = endpoints_[endpoint];
  return full_ == 0 && exhausted_ == 0 && known.failures == 0 && !known.barred &&
         at >= known.avoid_until + kTick;
}

}  // namespace millpond::sim
