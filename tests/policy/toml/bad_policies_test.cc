// Every file of tests/data/policies/bad is refused with exactly the text that stands beside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/finding.h"
#include "millpond/policy/toml/loader.h"

namespace millpond::policy::toml {
namespace {

constexpr char kFolder[] = "tests/data/policies/bad";

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) {
    if (file.path().extension() == ".toml") {
      result.push_back(file.path().stem().string());
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<std::string> environment(std::string_view name) {
  if (name == "FACTOR") {
    return "3";
  }
  return name == "WORDS" ? std::optional<std::string>("many") : std::nullopt;
}

class BadPolicy : public testing::TestWithParam<std::string> {
 protected:
  std::string said() const {
    const auto set = load({GetParam() + ".toml", text_of(path(".toml"))},
                          {.environment = environment, .host_cores = 2});
    return set ? "accepted\n" : render(set.error());
  }
  std::string path(const std::string& extension) const {
    return std::string(kFolder) + "/" + GetParam() + extension;
  }
};

TEST_P(BadPolicy, IsRefusedWithTheWholeMessage) {
  EXPECT_EQ(said(), text_of(path(".txt")));
}

TEST_P(BadPolicy, IsRefusedWithoutShowingASecret) {
  for (const char* const secret : {"hunter", "correct horse", "battery", "staple"}) {
    EXPECT_EQ(said().find(secret), std::string::npos) << secret;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, BadPolicy, testing::ValuesIn(names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace millpond::policy::toml
