// How a BUILD file may look: targets are named after the one header they are for, list their files,
// and are seen by those who are named.
//
// Pure; thread-safe.
//
//   check_build({"pools/BUILD", text});
#pragma once

#include "millpond/tests/tidy/source_file.h"

namespace millpond::tidy {

Violations check_build(const SourceFile& file);

}  // namespace millpond::tidy
