// The habits of every text file of the tree, and the words and openings of C++.
//
// Pure; thread-safe.
//
//   check_style({"pools/pool.h", text});
#pragma once

#include "millpond/tests/tidy/source_file.h"

namespace millpond::tidy {

Violations check_style(const SourceFile& file);

}  // namespace millpond::tidy
