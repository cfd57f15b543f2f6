#include "millpond/tests/tidy/build_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace millpond::tidy {
namespace {

std::string verdict(std::string_view path, std::string_view text) {
  const Violations violations = check_build({std::string(path), std::string(text)});
  return violations.empty() ? "" : violations.front().message;
}

constexpr std::string_view kGood = R"(
millpond_library(
    name = "pool",
    srcs = ["pool.cc"],
    hdrs = ["pool.h"],
)

millpond_test(
    name = "pool_test",
)
)";

TEST(BuildRules, AcceptATargetNamedAfterItsHeader) {
  EXPECT_EQ(verdict("pools/BUILD", kGood), "");
}

TEST(BuildRules, ForbidGlobs) {
  EXPECT_EQ(verdict("pools/BUILD", "srcs = glob([\"*.cc\"]),\n"),
            "no glob: a target lists its files");
  EXPECT_EQ(verdict("pools/BUILD", "# no glob here\n"), "");
  EXPECT_EQ(verdict("bazel/system_library.bzl", "glob([\"include/**\"])\n"), "");
}

TEST(BuildRules, ForbidPublicVisibilityBelowTheInterface) {
  constexpr std::string_view kPublic = "default_visibility = [\"//visibility:public\"],\n";
  EXPECT_EQ(verdict("pools/internal/BUILD", kPublic),
            "not for everybody: name who may depend on it");
  EXPECT_EQ(verdict("drivers/BUILD", kPublic), "");
  EXPECT_EQ(verdict("BUILD", kPublic), "");
}

TEST(BuildRules, WantALibraryNamedAfterAHeaderOfIts) {
  EXPECT_EQ(verdict("pools/BUILD",
                    "millpond_library(\n    name = \"core\",\n    hdrs = [\n        \"pool.h\",\n"
                    "    ],\n)\n"),
            "target core has no header of its own name");
}

TEST(BuildRules, WantATestNamedATest) {
  EXPECT_EQ(verdict("pools/BUILD", "millpond_test(\n    name = \"check_pool\",\n)\n"),
            "test check_pool is to be called check_pool_test");
}

}  // namespace
}  // namespace millpond::tidy
