// The tree this test was built from, read from where it lies: not a copy of the files some target
// lists, so that a file no target lists is seen as well.
//
// Thread-safe. Throws std::runtime_error when the tree is not where the test's runfiles say.
//
//   for (const SourceFile& file : read_tree(find_root("run"))) …
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "millpond/tests/tidy/source_file.h"

namespace millpond::tidy {

// The folder of the real file behind a runfile link, which lies at the root of the tree.
std::filesystem::path find_root(std::string_view runfile);

// Every text file of the kinds the rules know, in the order of their paths; links and the folders
// that tools make are left out.
std::vector<SourceFile> read_tree(const std::filesystem::path& root);

}  // namespace millpond::tidy
