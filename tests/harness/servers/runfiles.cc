#include "millpond/tests/harness/servers/runfiles.h"

#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace millpond::harness {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> runfiles_folders() {
  std::vector<fs::path> folders;
  for (const char* variable : {"TEST_SRCDIR", "RUNFILES_DIR"}) {
    if (const char* value = std::getenv(variable)) {
      folders.emplace_back(value);
    }
  }
  const fs::path program = fs::read_symlink("/proc/self/exe");
  folders.push_back(program.string() + ".runfiles");
  // A program that is itself somebody's runfile.
  for (fs::path up = program.parent_path(); up.has_relative_path(); up = up.parent_path()) {
    if (up.extension() == ".runfiles") {
      folders.push_back(up);
    }
  }
  return folders;
}

}  // namespace

fs::path runfile(const std::string& path) {
  std::string tried;
  for (const fs::path& folder : runfiles_folders()) {
    fs::path candidate = fs::absolute(folder / MILLPOND_REPOSITORY / path);
    if (fs::exists(candidate)) {
      return candidate;
    }
    tried += "\n  " + candidate.string();
  }
  throw std::runtime_error("the program came without " + path + "; looked for" + tried);
}

}  // namespace millpond::harness
