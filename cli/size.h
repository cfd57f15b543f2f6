// `millpond size --rate 500/s --hold 20ms`: how many connections a workload needs.
//
// Runs on one thread. Reads no file and opens no connection.
#pragma once

#include <CLI/CLI.hpp>

#include "millpond/cli/command.h"

namespace millpond::cli {

Action declare_size(CLI::App& app);

}  // namespace millpond::cli
