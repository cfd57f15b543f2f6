#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "millpond/drivers/error.h"
#include "millpond/drivers/errors/error_tables.h"
#include "millpond/drivers/errors/errors_page.h"

namespace millpond::drivers {
namespace {

TEST(ErrorsPage, IsWhatTheTablesSay) {
  std::ifstream file("docs/errors.md");
  ASSERT_TRUE(file);
  const std::string committed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(committed == errors_page())
      << "docs/errors.md is not what drivers/errors says: run `./run docs` and commit it";
}

TEST(ErrorsPage, HasEveryKind) {
  const std::string page = errors_page();
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::kConfiguration); ++kind) {
    const std::string name = name_of(static_cast<ErrorKind>(kind));
    EXPECT_NE(page.find("| " + name + " | "), std::string::npos) << name;
  }
}

// A rule behind one that fits whatever it fits would never be found.
void expect_reachable(std::span<const ErrorRule> rules) {
  for (const ErrorRule& rule : rules) {
    EXPECT_EQ(find_beginning(rules, rule.code), &rule) << rule.code;
  }
}

TEST(ErrorTables, EveryRuleCanBeFound) {
  expect_reachable(postgres_errors());
  expect_reachable(redis_errors());
  for (const auto rules : {mysql_errors(), http_errors(), system_errors()}) {
    std::set<std::string_view> codes;
    for (const ErrorRule& rule : rules) {
      EXPECT_TRUE(codes.insert(rule.code).second) << rule.code;
    }
  }
}

TEST(ErrorTables, ABeginningOrTheWholeCodeIsLookedUp) {
  EXPECT_EQ(find_beginning(postgres_errors(), "28P01")->kind, ErrorKind::kAuthentication);
  EXPECT_EQ(find_beginning(postgres_errors(), "XX000"), nullptr);
  EXPECT_EQ(find_exactly(mysql_errors(), "1040")->kind, ErrorKind::kTooManyConnections);
  EXPECT_EQ(find_exactly(mysql_errors(), "104"), nullptr);
}

}  // namespace
}  // namespace millpond::drivers
