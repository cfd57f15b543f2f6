// The rings of docs/architecture.md as include lines: arrows point inwards only, and each vendor
// library has one folder. The build enforces most of it by dependencies and visibility; this also
// sees what a build cannot: a system header needs no dependency to be found.
//
// Pure; thread-safe.
//
//   check_layering({"policy/backoff.cc", "#include <thread>\n"});  // one violation
#pragma once

#include "millpond/tests/tidy/source_file.h"

namespace millpond::tidy {

Violations check_layering(const SourceFile& file);

}  // namespace millpond::tidy
