// `millpond schema`: the JSON Schema of policy files, for editors.
//
// Runs on one thread. Reads no file.
#pragma once

#include <CLI/CLI.hpp>

#include "millpond/cli/command.h"

namespace millpond::cli {

Action declare_schema(CLI::App& app);

}  // namespace millpond::cli
