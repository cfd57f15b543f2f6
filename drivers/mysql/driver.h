// MySQL and MariaDB, by Connector/C++ 1.1 over libmariadb.
//
// The driver is immutable and safe to call from any thread. Making it initialises the library,
// which is torn down at exit: make it before what must outlive it.
//
// What bounds a wait: with the library versions that native_handle.h knows, connect, probe and
// reset end with their budget, to the millisecond. With any other, the library's own time-outs
// hold (connect_timeout; read_timeout for each answer), in whole seconds, rounded up; a session
// that was lent is replaced at its reset, since it can be neither followed nor reset, there is no
// watch_fd(), and TLS is refused.
//
//   catalog.add(make_mysql_driver());
#pragma once

#include <memory>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/mysql/native_access.h"

namespace millpond::drivers {

std::shared_ptr<const Driver> make_mysql_driver(NativeAccess access = NativeAccess::kWhereKnown);

}  // namespace millpond::drivers
