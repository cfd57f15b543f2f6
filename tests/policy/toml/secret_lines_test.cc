#include "millpond/policy/toml/secret_lines.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

namespace millpond::policy::toml {
namespace {

using Hidden = std::vector<std::optional<std::size_t>>;

constexpr std::nullopt_t kShown = std::nullopt;

TEST(SecretLines, HideWhatFollowsAKeyThatNamesASecret) {
  EXPECT_EQ(hidden_from({"user = \"a\"", "password = \"b\"", "\t\"passwd\"='c'", "a.db_token=d"}),
            (Hidden{kShown, 11, 10, 11}));
  EXPECT_EQ(hidden_from({"x = { user = \"a\", password = \"b\" }"}), (Hidden{29}));
  EXPECT_EQ(hidden_from({"pasword = \"b\""}), (Hidden{10}));
}

TEST(SecretLines, HideWhatFollowsWhereTheEqualsSignIsMissing) {
  EXPECT_EQ(hidden_from({"password hunter2", "password: hunter2", "\"password\" : \"hunter2\""}),
            (Hidden{9, 10, 13}));
  EXPECT_EQ(hidden_from({"x = { user: \"a\", password: \"b\" }", "  password", "password :=x"}),
            (Hidden{27, 10, 11}));
  EXPECT_EQ(hidden_from({"# password rules", "endpoint = \"db1:5432/x\""}),
            (Hidden{kShown, kShown}));
}

TEST(SecretLines, ShowWhereASecretIsKept) {
  EXPECT_EQ(hidden_from({"password = \"${env:DB}\"  # set by systemd", "password = '${file:/a}'"}),
            (Hidden{kShown, kShown}));
  EXPECT_EQ(hidden_from({"password = \"${env:DB:-hunter2}\"", "password = \"${env:DB}\" hunter2"}),
            (Hidden{11, 11}));
}

TEST(SecretLines, HideCredentialsInAddresses) {
  EXPECT_EQ(hidden_from({"endpoint = \"u:p@host\"", "endpoint = \"u@host\""}),
            (Hidden{11, kShown}));
}

TEST(SecretLines, HideValuesOfSeveralLines) {
  EXPECT_EQ(hidden_from({"password = '''", "a", "b'''", "size = 1"}), (Hidden{11, 0, 0, kShown}));
  EXPECT_EQ(hidden_from({"password = \"\"\"", "never closed"}), (Hidden{11, 0}));
  EXPECT_EQ(hidden_from({"password = [", "\"a\"", "]", "size = 1"}), (Hidden{11, 0, 0, kShown}));
}

TEST(SecretLines, KeepHidingWhenAnUnclosedValueMeetsTheNext) {
  EXPECT_EQ(hidden_from({"password = '''", "a", "password = '''", "b"}), (Hidden{11, 0, 0, 0}));
}

TEST(SecretLines, LeaveOrdinaryKeysAlone) {
  for (const char* const key : {"user", "endpoint", "server", "size", "order", "keepalive"}) {
    EXPECT_FALSE(names_a_secret(key)) << key;
  }
}

}  // namespace
}  // namespace millpond::policy::toml
