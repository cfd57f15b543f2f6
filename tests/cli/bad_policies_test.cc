// Every file of tests/data/policies/bad is refused with exactly the texts that stand beside it: for
// people in .txt, for programs in .json.
#include <gtest/gtest.h>

#include <string>

#include "millpond/tests/cli/map_host.h"
#include "millpond/tests/harness/golden/golden.h"

namespace millpond::cli {
namespace {

constexpr char kFolder[] = "tests/data/policies/bad";

class BadPolicy : public testing::TestWithParam<std::string> {
 protected:
  Ran check(const std::vector<std::string>& more = {}) const {
    MapHost host;
    host.variables = {{"FACTOR", "3"}, {"WORDS", "many"}};
    host.files[name()] = {.text = harness::text_of(path(".toml"))};
    std::vector<std::string> arguments{"check", name()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return host.run(arguments);
  }

  std::string name() const { return GetParam() + ".toml"; }
  std::string path(const std::string& extension) const {
    return std::string(kFolder) + "/" + GetParam() + extension;
  }
};

TEST_P(BadPolicy, IsRefusedWithTheWholeMessage) {
  const Ran ran = check();
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.out, "");
  harness::expect_golden(path(".txt"), ran.err);
}

TEST_P(BadPolicy, IsRefusedWithTheSameInJson) {
  const Ran ran = check({"--json"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(ran.err, "");
  harness::expect_golden(path(".json"), ran.out);
}

TEST_P(BadPolicy, IsRefusedWithoutShowingASecret) {
  for (const char* const secret : {"hunter", "correct horse", "battery", "staple"}) {
    EXPECT_EQ(check().err.find(secret), std::string::npos) << secret;
    EXPECT_EQ(check({"--json"}).out.find(secret), std::string::npos) << secret;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, BadPolicy, testing::ValuesIn(harness::policies_in(kFolder)),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace millpond::cli
