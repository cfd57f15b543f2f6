// The table of commands, and the way from arguments to one of them.
//
// Runs on one thread.
//
//   return run({argv + 1, argv + argc}, {std::cout, std::cerr, loader::this_host()});
#pragma once

#include <string>
#include <vector>

#include "millpond/cli/command.h"

namespace millpond::cli {

// The exit status: 0 ok, 1 for errors in what was asked or found.
int run(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace millpond::cli
