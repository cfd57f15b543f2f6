// What is committed under docs/ against what the code says.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "millpond/policy/configuration_page.h"
#include "millpond/policy/finding_codes.h"

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

TEST(FindingsPage, ExplainsEveryCodeAndNoOther) {
  std::set<std::string> documented;
  std::istringstream lines(committed("docs/findings.md"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| M")) {
      EXPECT_TRUE(documented.insert(line.substr(2, 4)).second) << line;
    }
  }
  EXPECT_EQ(documented, std::set<std::string>(code::kAll.begin(), code::kAll.end()));
}

}  // namespace
}  // namespace millpond::policy
