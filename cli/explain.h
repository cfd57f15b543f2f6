// `millpond explain FILE [WORKLOAD[.KEY]]`: every effective value, the layer and line that set it,
// and each step of each formula.
//
// Runs on one thread. Opens no connection.
#pragma once

#include <CLI/CLI.hpp>

#include "millpond/cli/command.h"

namespace millpond::cli {

Action declare_explain(CLI::App& app);

}  // namespace millpond::cli
