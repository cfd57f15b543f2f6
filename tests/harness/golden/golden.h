// Texts that are committed beside what gives them, word for word.
//
// For tests, on one thread. With MILLPOND_WRITE_GOLDEN set, and run from the tree's root instead of
// by Bazel, it writes the files in place of comparing them: look at the difference before you
// commit it.
//
//   expect_golden("tests/data/policies/bad/tls.txt", render(findings));
#pragma once

#include <string>
#include <vector>

namespace millpond::harness {

// The file's text; fails the test when there is none.
std::string text_of(const std::string& path);

// Fails the test unless the file holds exactly `text`.
void expect_golden(const std::string& path, const std::string& text);

// "tls" for each tls.toml in the folder, sorted.
std::vector<std::string> policies_in(const std::string& folder);

}  // namespace millpond::harness
