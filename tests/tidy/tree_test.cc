// Every rule over every file of the tree. What each rule is, and that it can fail, is in the tests
// of the rules.
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "millpond/tests/tidy/build_rules.h"
#include "millpond/tests/tidy/class_names.h"
#include "millpond/tests/tidy/house_style.h"
#include "millpond/tests/tidy/layering.h"
#include "millpond/tests/tidy/seams.h"
#include "millpond/tests/tidy/size_limits.h"
#include "millpond/tests/tidy/source_file.h"
#include "millpond/tests/tidy/source_tree.h"

namespace millpond::tidy {
namespace {

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_tree(find_root("run"));
  return files;
}

void expect_none(Violations (*check)(const SourceFile&)) {
  for (const SourceFile& file : tree()) {
    for (const Violation& violation : check(file)) {
      ADD_FAILURE_AT(violation.path.c_str(), violation.line) << violation.message;
    }
  }
}

const SourceFile* find(std::string_view path) {
  const auto found = std::ranges::find(tree(), path, &SourceFile::path);
  return found == tree().end() ? nullptr : &*found;
}

TEST(Tree, IsTheWholeTree) {
  for (const std::string_view path :
       {"run", "WORKSPACE", "drivers/driver.h", "policy/finding.h", "tests/tidy/tree_test.cc",
        "tools/packages.txt", "bazel/cc.bzl", ".bazelrc"}) {
    EXPECT_NE(find(path), nullptr) << path;
  }
}

TEST(Tree, KeepsItsRings) {
  expect_none(check_layering);
}

TEST(Tree, ReachesTheWorldThroughItsSeams) {
  expect_none(check_seams);
}

TEST(Tree, KeepsItsSizeLimits) {
  expect_none(check_size);
}

TEST(Tree, KeepsItsStyle) {
  expect_none(check_style);
}

TEST(Tree, KeepsItsBuildRules) {
  expect_none(check_build);
}

TEST(Tree, DefinesEachClassOnce) {
  for (const Violation& violation : check_class_names(tree())) {
    ADD_FAILURE_AT(violation.path.c_str(), violation.line) << violation.message;
  }
}

TEST(Tree, HasAnUnreleasedSectionInItsChangelog) {
  const SourceFile* changelog = find("CHANGELOG.md");
  ASSERT_NE(changelog, nullptr);
  EXPECT_NE(changelog->text.find("Unreleased"), std::string::npos);
}

}  // namespace
}  // namespace millpond::tidy
