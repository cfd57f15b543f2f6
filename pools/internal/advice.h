// What to change when an acquire fails, judged by what the pool looked like at that moment.
#pragma once

#include <string>

#include "millpond/pools/error.h"
#include "millpond/pools/snapshot.h"

namespace millpond::internal {

// One clause without a full stop. Pure; thread-safe.
std::string advice(Errc code, const PoolSnapshot& snapshot);

}  // namespace millpond::internal
