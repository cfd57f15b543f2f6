// MySQL and MariaDB, by Connector/C++ 1.1 over libmariadb.
//
// The driver is immutable and safe to call from any thread. Making it initialises the library,
// which is torn down at exit: make it before what must outlive it.
//
// What bounds a wait: with the library versions that native_handle.h knows, connect, probe and
// reset end with their budget, to the millisecond. With any other, the library's own time-outs
// hold, in whole seconds, rounded up; sessions can't be reset or followed then, have no watch_fd(),
// and TLS is refused.
//
//   catalog.add(make_mysql_driver());
#pragma once

#include <memory>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {

std::shared_ptr<const Driver> make_mysql_driver();

}  // namespace millpond::drivers
