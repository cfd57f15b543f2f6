#include "millpond/policy/pool_size.h"

#include <algorithm>

namespace millpond::policy {

std::int64_t deadlock_floor(std::int64_t threads, std::int64_t leases) {
  return threads * (leases - 1) + 1;
}

FittedSize fit_size(const SizeRequest& request) {
  if (request.floor > request.cap) {
    return {std::max<std::int64_t>(request.cap, 1), Fit::kFloorAboveCap};
  }
  if (request.want < request.floor) {
    return {request.floor, Fit::kRaised};
  }
  if (request.want > request.cap) {
    return {request.cap, Fit::kCapped};
  }
  return {request.want, Fit::kAsWanted};
}

}  // namespace millpond::policy
