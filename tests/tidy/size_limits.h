// What a reader can hold: files of 500 lines, lines of 100 columns, functions of 60 lines.
//
// Pure; thread-safe.
//
//   check_size({"pools/pool.cc", text});
#pragma once

#include "millpond/tests/tidy/source_file.h"

namespace millpond::tidy {

inline constexpr int kMaxFileLines = 500;
inline constexpr int kMaxLineColumns = 100;
inline constexpr int kMaxFunctionLines = 60;

Violations check_size(const SourceFile& file);

}  // namespace millpond::tidy
