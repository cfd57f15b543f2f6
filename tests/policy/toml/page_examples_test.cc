// The examples of docs/findings.md, put through the loader: the wrong half of each gives its code,
// the right half does not.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/finding.h"
#include "millpond/policy/pages/finding_pages.h"
#include "millpond/policy/toml/loader.h"

namespace millpond::policy::toml {
namespace {

constexpr std::string_view kRight = "\n\n# right\n";

// What these codes are about is not in the file alone: a profile, the host, the program.
constexpr std::array<std::string_view, 5> kOfTheSurroundings{"M004", "M031", "M080", "M081",
                                                             "M085"};

// The names behind each `server = ` of an excerpt.
std::set<std::string> servers_in(const std::string& excerpt) {
  std::set<std::string> names;
  std::istringstream lines(excerpt);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t open = line.find('"');
    const std::size_t close = line.find('"', open + 1);
    if (line.starts_with("server ") && close != std::string::npos) {
      names.insert(line.substr(open + 1, close - open - 1));
    }
  }
  return names;
}

// The servers and classes that an excerpt speaks of and does not show.
std::string completed(const std::string& excerpt, const std::string& code) {
  const bool whole = code == "M002" || excerpt.find("version = ") != std::string::npos;
  std::string text = fmt::format("{}{}\n", whole ? "" : "version = 1\n", excerpt);
  const bool shows_servers = excerpt.find("[server.") != std::string::npos;
  for (const std::string& name : shows_servers ? std::set<std::string>{} : servers_in(excerpt)) {
    text += fmt::format("[server.{}]\nbackend = \"{}\"\nendpoint = \"127.0.0.1\"\ncores = 4\n",
                        name, name == "partner-api" ? "http" : "postgres");
  }
  for (const std::string_view name : {"oltp", "patient"}) {
    const bool spoken_of = excerpt.find(fmt::format("\"{}\"", name)) != std::string::npos;
    if (spoken_of && excerpt.find(fmt::format("[class.{}", name)) == std::string::npos) {
      text += fmt::format("[class.{}]\nweight = 1\n", name);
    }
  }
  return text;
}

std::vector<std::string> codes_of(const std::string& text) {
  const auto set = load({"pools.toml", text}, {});
  std::vector<std::string> codes;
  for (const Finding& finding : set ? set->warnings : set.error()) {
    codes.push_back(finding.code);
  }
  return codes;
}

class PageExample : public testing::TestWithParam<std::string_view> {
 protected:
  std::string code() const { return std::string(GetParam()); }
  std::string example() const { return std::string(find_page(GetParam())->example); }
  bool gives_its_code(const std::string& excerpt) const {
    return std::ranges::count(codes_of(completed(excerpt, code())), code()) > 0;
  }
};

TEST_P(PageExample, GivesItsCodeWhereItIsWrong) {
  if (std::ranges::count(kOfTheSurroundings, GetParam()) > 0) {
    return;
  }
  const std::string wrong = example().substr(0, example().find(kRight));
  EXPECT_TRUE(gives_its_code(wrong)) << wrong;
}

TEST_P(PageExample, DoesNotGiveItWhereItIsRight) {
  const std::size_t right = example().find(kRight);
  ASSERT_NE(right, std::string::npos);
  EXPECT_FALSE(gives_its_code(example().substr(right))) << example();
}

std::vector<std::string_view> codes_with_an_example() {
  std::vector<std::string_view> codes;
  for (const FindingPage& page : pages()) {
    if (!page.example.empty()) {
      codes.push_back(page.code);
    }
  }
  return codes;
}

INSTANTIATE_TEST_SUITE_P(Of, PageExample, testing::ValuesIn(codes_with_an_example()),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace millpond::policy::toml
