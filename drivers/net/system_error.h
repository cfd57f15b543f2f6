// What the operating system's error numbers mean for a connection, in the drivers' vocabulary.
//
// Pure functions; safe from any thread.
//
//   return tl::unexpected(system_error(errno, "connect", "connect to 10.0.0.7:6379"));
#pragma once

#include <string>
#include <string_view>

#include "millpond/drivers/error.h"

namespace millpond::drivers {

ErrorKind kind_of_errno(int error_number);

// "connect to 10.0.0.7:6379: Connection refused (errno 111)".
Error system_error(int error_number, std::string phase, std::string_view what);

}  // namespace millpond::drivers
