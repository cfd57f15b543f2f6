// What a driver's error means for the dials to come.
//
// Pure; safe from any thread.
#pragma once

#include "millpond/drivers/error.h"
#include "millpond/pools/internal/dial_gate.h"

namespace millpond::internal {

DialFailure dial_failure_of(const drivers::Error& error);

}  // namespace millpond::internal
