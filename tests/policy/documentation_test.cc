// What is committed under docs/ against what the code says.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "millpond/policy/pages/configuration_page.h"
#include "millpond/policy/pages/finding_pages.h"

namespace millpond::policy {
namespace {

std::string committed(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ConfigurationPage, IsWhatTheOptionTableSays) {
  EXPECT_TRUE(committed("docs/configuration.md") == configuration_page())
      << "docs/configuration.md is not what policy/fields.cc says: run `./run docs` and commit it";
}

TEST(FindingsPage, IsWhatTheTableOfPagesSays) {
  EXPECT_TRUE(committed("docs/findings.md") == findings_page())
      << "docs/findings.md is not what policy/finding_pages*.cc say: run `./run docs` and commit "
         "it";
}

}  // namespace
}  // namespace millpond::policy
