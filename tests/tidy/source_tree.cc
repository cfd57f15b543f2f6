#include "millpond/tests/tidy/source_tree.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace millpond::tidy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kKinds[] = {".h",  ".cc",  ".bzl",  ".sh",  ".py",
                                       ".md", ".txt", ".toml", ".yml", ".json"};
constexpr std::string_view kNames[] = {"BUILD",    "WORKSPACE",   "LICENSE",      "run",
                                       ".bazelrc", ".clang-tidy", ".clang-format"};
constexpr std::string_view kNotOurs[] = {"node_modules", "compile_commands.json"};

bool is_ours(const std::string& name) {
  const bool hidden = name.starts_with('.') && name != ".ci" &&
                      std::ranges::count(kNames, std::string_view(name)) == 0;
  return !hidden && !name.starts_with("bazel-") &&
         std::ranges::count(kNotOurs, std::string_view(name)) == 0;
}

bool is_known_text(const fs::path& path) {
  return std::ranges::count(kKinds, path.extension().string()) > 0 ||
         std::ranges::count(kNames, path.filename().string()) > 0;
}

std::string contents(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

fs::path find_root(std::string_view runfile) {
  std::error_code error;
  const fs::path real = fs::canonical(runfile, error);
  fs::path root = real.parent_path();
  // In a sandbox, or run remotely, the link ends at a copy; a tree has more than that one file.
  if (error || !fs::exists(root / "WORKSPACE") || !fs::exists(root / "tests" / "tidy" / "BUILD")) {
    throw std::runtime_error("no tree behind the runfile " + std::string(runfile));
  }
  return root;
}

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::end(at); ++at) {
    if (!is_ours(at->path().filename().string())) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file() && !at->is_symlink() && is_known_text(at->path())) {
      files.push_back({at->path().lexically_relative(root).string(), contents(at->path())});
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace millpond::tidy
