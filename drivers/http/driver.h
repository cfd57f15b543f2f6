// HTTP/1.1, in the clear or over TLS, by libcurl.
//
// The driver is immutable and safe to call from any thread. Its handles use no signals, so that
// libcurl does not guard against SIGPIPE either: a program that uses it must ignore that signal, as
// the registry does unless told otherwise.
//
//   catalog.add(make_http_driver());
#pragma once

#include <memory>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {

std::shared_ptr<const Driver> make_http_driver();

}  // namespace millpond::drivers
