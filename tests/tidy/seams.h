// Time, threads, chance and the environment come in through a seam, so that everything else can be
// tested on a stepped clock. This rule names the calls and the few files that may make them.
//
// Pure; thread-safe.
//
//   check_seams({"pools/pool.cc", "auto t = std::chrono::steady_clock::now();\n"});  // a violation
#pragma once

#include "millpond/tests/tidy/source_file.h"

namespace millpond::tidy {

Violations check_seams(const SourceFile& file);

}  // namespace millpond::tidy
