// Whether the driver may go the way that native_handle.h describes.
//
// A plain value.
//
//   make_mysql_driver(NativeAccess::kNever);
#pragma once

namespace millpond::drivers {

// kNever does as with a version of the library that nobody knows: for the tests of that.
enum class NativeAccess { kWhereKnown, kNever };

}  // namespace millpond::drivers
