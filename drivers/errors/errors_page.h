// docs/errors.md, made of the tables of errors.
//
// Pure; safe from any thread.
#pragma once

#include <string>

namespace millpond::drivers {

std::string errors_page();

}  // namespace millpond::drivers
