// `millpond check FILE`: what is wrong with a policy file on this host, or the pools it gives.
//
// Runs on one thread. Opens no connection.
#pragma once

#include <CLI/CLI.hpp>

#include "millpond/cli/command.h"

namespace millpond::cli {

Action declare_check(CLI::App& app);

}  // namespace millpond::cli
