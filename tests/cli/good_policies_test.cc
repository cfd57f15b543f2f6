// Every file of tests/data/policies/good passes `check`, and `explain --all` says exactly what
// stands beside it, in .txt for people and in .json for programs.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "millpond/policy/fields.h"
#include "millpond/tests/cli/map_host.h"
#include "millpond/tests/harness/golden/golden.h"

namespace millpond::cli {
namespace {

constexpr char kFolder[] = "tests/data/policies/good";

class GoodPolicy : public testing::TestWithParam<std::string> {
 protected:
  // A file named for_PROFILE_… is read with that profile.
  Ran run(std::vector<std::string> arguments) const {
    MapHost host;
    host.variables = {{"STOCK", "hunter2"}, {"ORDERS_PASSWORD", "hunter2"}, {"REPLICAS", "2"}};
    for (const char* const secret : {"/run/secret", "/run/credentials/catalog"}) {
      host.files[secret] = {.text = "hunter2\n"};
    }
    host.files[name()] = {.text = harness::text_of(path(".toml"))};
    if (name().starts_with("for_staging")) {
      arguments.insert(arguments.end(), {"--profile", "staging"});
    }
    return host.run(arguments);
  }

  std::string name() const { return GetParam() + ".toml"; }
  std::string path(const std::string& extension) const {
    return std::string(kFolder) + "/" + GetParam() + extension;
  }
};

TEST_P(GoodPolicy, PassesTheCheck) {
  const Ran ran = run({"check", name()});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.err.find("error"), std::string::npos) << ran.err;
}

TEST_P(GoodPolicy, IsExplainedWordForWord) {
  const Ran ran = run({"explain", name(), "--all"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  harness::expect_golden(path(".txt"), ran.out);
}

TEST_P(GoodPolicy, IsExplainedWithoutASecret) {
  EXPECT_EQ(run({"explain", name(), "--all"}).out.find("hunter"), std::string::npos);
  EXPECT_EQ(run({"explain", name(), "--json"}).out.find("hunter"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Files, GoodPolicy, testing::ValuesIn(harness::policies_in(kFolder)),
                         [](const auto& info) { return info.param; });

// What the files state between them.
TEST(GoodPolicies, StateEveryKeyOfTheOptionTable) {
  std::string all;
  for (const std::string& name : harness::policies_in(kFolder)) {
    all += "\n" + harness::text_of(std::string(kFolder) + "/" + name + ".toml");
  }
  for (const policy::Section section : policy::kSections) {
    for (const policy::Field& field : policy::fields_of(section)) {
      const std::string key = "\n" + std::string(field.key) + " ";
      EXPECT_NE(all.find(key), std::string::npos) << field.key;
    }
  }
}

}  // namespace
}  // namespace millpond::cli
