// The first use of a library in a process, made by 32 threads at once.
//
// For main() of a program that does nothing else: a library can be initialised only once.
//
//   int main() { race(make_redis_driver); }
#pragma once

#include <functional>
#include <memory>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {

// Each thread makes a driver and has it begin TLS with a server that hangs up once the handshake
// has begun. Prints how many threads were told so.
void race(const std::function<std::shared_ptr<const Driver>()>& make_driver);

}  // namespace millpond::drivers
