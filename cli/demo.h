// `millpond demo`: the shop of examples/shop on four real servers.
//
// For the main thread of a process that has no other yet.
#pragma once

#include <CLI/CLI.hpp>

#include "millpond/cli/command.h"

namespace millpond::cli {

Action declare_demo(CLI::App& app);

}  // namespace millpond::cli
