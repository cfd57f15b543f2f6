// docs/configuration.md, made from the option table.
//
// Pure; safe from any thread.
//
//   std::cout << configuration_page();
#pragma once

#include <string>

namespace millpond::policy {

std::string configuration_page();

}  // namespace millpond::policy
