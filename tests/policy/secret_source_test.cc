#include "millpond/policy/secret_source.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace millpond::policy {
namespace {

TEST(SecretSource, NamesAVariableOrAFile) {
  EXPECT_EQ(parse_secret_source("${env:DB_PASSWORD}")->name, "DB_PASSWORD");
  EXPECT_EQ(parse_secret_source("${env:A}")->kind, SecretSource::Kind::kEnvironment);
  EXPECT_EQ(parse_secret_source("${file:/run/secrets/db}")->name, "/run/secrets/db");
  EXPECT_EQ(parse_secret_source("${file:/a}")->kind, SecretSource::Kind::kFile);
}

TEST(SecretSource, IsNothingElse) {
  const char* const literal = "a secret must not stand in the policy file";
  EXPECT_EQ(parse_secret_source("hunter2").error(), literal);
  EXPECT_EQ(parse_secret_source("").error(), literal);
  EXPECT_EQ(parse_secret_source("${env:A}hunter2").error(), literal);
  EXPECT_EQ(parse_secret_source("x${env:A}").error(), literal);
  EXPECT_EQ(parse_secret_source("${env:A").error(), literal);
  EXPECT_EQ(parse_secret_source("${env:A:-hunter2}").error(),
            "a default would be a literal secret");
  EXPECT_EQ(parse_secret_source("${env:1A}").error(), "not the name of a variable");
  EXPECT_EQ(parse_secret_source("${file:secrets/db}").error(), "the path must be absolute");
}

TEST(SecretSource, NeverQuotesWhatMayBeTheSecret) {
  EXPECT_TRUE(rc::check([](const std::string& tail) {
    const std::string secret = "q7" + tail;
    const auto source = parse_secret_source(secret);
    RC_ASSERT(!source && source.error().find(secret) == std::string::npos);
  }));
}

}  // namespace
}  // namespace millpond::policy
