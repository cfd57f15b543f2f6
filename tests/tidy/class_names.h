// No two headers define a class of one name in one namespace: in a program with both, the linker
// takes one class's functions for the other's, without a word.
//
// Pure; thread-safe.
//
//   check_class_names(read_tree(root));
#pragma once

#include <vector>

#include "millpond/tests/tidy/source_file.h"

namespace millpond::tidy {

Violations check_class_names(const std::vector<SourceFile>& tree);

}  // namespace millpond::tidy
