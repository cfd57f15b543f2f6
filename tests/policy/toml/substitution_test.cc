#include "millpond/policy/toml/substitution.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millpond::policy::toml {
namespace {

std::optional<std::string> environment(std::string_view name) {
  if (name == "EMPTY") {
    return "";
  }
  return name == "HOST" ? std::optional<std::string>("db1") : std::nullopt;
}

std::string text_of(std::string_view text) {
  const auto result = substitute(text, environment);
  return result ? result->text : result.error().message;
}

TEST(Substitution, PutsVariablesIntoTheText) {
  EXPECT_EQ(text_of("${env:HOST}:5432"), "db1:5432");
  EXPECT_EQ(text_of("${env:HOST}${env:HOST}"), "db1db1");
  EXPECT_EQ(text_of("$HOST {env:HOST}"), "$HOST {env:HOST}");
}

TEST(Substitution, TakesTheDefaultForWhatIsUnsetOrEmpty) {
  EXPECT_EQ(text_of("${env:NONE:-7}"), "7");
  EXPECT_EQ(text_of("${env:EMPTY:-7}"), "7");
  EXPECT_EQ(text_of("${env:HOST:-7}"), "db1");
  EXPECT_EQ(text_of("${env:NONE:-}"), "");
  EXPECT_EQ(text_of("${env:EMPTY}"), "");
}

TEST(Substitution, IsNotDoneTwice) {
  const auto nested = [](std::string_view) { return std::optional<std::string>("${env:B}"); };
  EXPECT_EQ(substitute("${env:A}", nested)->text, "${env:B}");
}

TEST(Substitution, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(text_of("${env:NONE}"), "environment variable `NONE` is not set");
  EXPECT_EQ(text_of("${HOST}"), "unknown substitution");
  EXPECT_EQ(text_of("${env:}"), "not the name of an environment variable");
  EXPECT_EQ(text_of("${env:HOST"), "a substitution without its closing brace");
  EXPECT_EQ(text_of("${file:/etc/passwd}"), "only a password can come from a file");
  const auto error = substitute("ab${env:NONE}c", environment).error();
  EXPECT_EQ(error.offset, 2U);
  EXPECT_EQ(error.length, 11U);
}

TEST(Substitution, WithoutAnEnvironmentFindsNothingSet) {
  EXPECT_EQ(substitute("${env:HOST}", nullptr).error().code, "M021");
}

TEST(Substitution, RemembersWhereEachByteComesFrom) {
  const auto result = substitute("a${env:HOST}b", environment).value();
  EXPECT_EQ(result.origins, (std::vector<std::size_t>{0, 1, 1, 1, 12, 13}));
  EXPECT_TRUE(result.changed);
}

TEST(Substitution, LeavesTextWithoutADollarAsItIs) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    RC_PRE(text.find('$') == std::string::npos);
    const auto result = substitute(text, environment);
    RC_ASSERT(result->text == text && !result->changed);
    RC_ASSERT(result->origins.size() == text.size() + 1);
  }));
}

}  // namespace
}  // namespace millpond::policy::toml
