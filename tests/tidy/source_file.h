// A file of the tree as the rules see it, and what a rule finds in it.
//
// Values and pure functions; thread-safe.
//
//   SourceFile file{"pools/pool.h", text};
//   for (std::string_view line : lines_of(code_of(file.text))) …
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millpond::tidy {

struct SourceFile {
  std::string path;  // from the root of the tree: "pools/pool.h"
  std::string text;
};

struct Violation {
  std::string path;
  int line;  // from 1; 0 for the file as a whole
  std::string message;
};
using Violations = std::vector<Violation>;

std::vector<std::string_view> lines_of(std::string_view text);

// C++ with the insides of comments and literals blanked: as many lines and columns as before.
std::string code_of(std::string_view cpp);

bool is_cpp(std::string_view path);
bool is_header(std::string_view path);
// A BUILD file, not one of Bazel's language files.
bool is_build_file(std::string_view path);

bool is_word_char(char c);
// Where `word` stands in `line`, not as a part of a longer identifier; npos when it does not.
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from = 0);

// Whether `path` is `prefix` or begins with it: "pools/" is a folder, "pools/slot" a family of
// files.
bool under(std::string_view path, std::string_view prefix);

}  // namespace millpond::tidy
