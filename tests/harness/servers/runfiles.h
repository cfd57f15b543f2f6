// Files of this repository that a program brings along, found at run time.
//
// Safe to call from any thread. Works under `bazel test`, `bazel run`, and when the binary is
// started from bazel-bin; in this workspace or in another one that depends on it.
//
//   std::ifstream policy{runfile("examples/shop/pools.toml")};   // with data = ["pools.toml"]
#pragma once

#include <filesystem>
#include <string>

namespace millpond::harness {

// The absolute path of a file named from the repository's root. Throws std::runtime_error, with the
// places it looked at, when the program did not bring it.
std::filesystem::path runfile(const std::string& path);

}  // namespace millpond::harness
