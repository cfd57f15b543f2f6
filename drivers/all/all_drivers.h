// Every driver this project has, for programs that don't choose.
//
// The catalog is immutable and safe to read from any thread.
//
//   auto postgres = all_drivers()->find("postgres");
#pragma once

#include <memory>

#include "millpond/drivers/catalog.h"

namespace millpond::drivers {

// Call it before other threads use the vendors' libraries: it initialises those that need it.
std::shared_ptr<const Catalog> all_drivers();

}  // namespace millpond::drivers
