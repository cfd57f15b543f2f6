#include "millpond/cli/findings_json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>
#include <string>

#include "millpond/policy/finding.h"

namespace millpond::cli {
namespace {

using policy::Finding;
using policy::Findings;
using policy::Severity;

TEST(FindingsJson, HasEverythingThatAFindingHas) {
  const Finding finding{.code = "M030",
                        .span = {"pools.toml", 31, 8, 2},
                        .message = "pool `orders` wants 60 connections",
                        .label = "wants 60",
                        .help = "lower `size`",
                        .source_line = "size = 60",
                        .related = {{.span = {"pools.toml", 7, 1, 18},
                                     .label = "max_connections = 200",
                                     .source_line = "[server.orders-db]"}},
                        .notes = {"orders-write 60×1"}};
  EXPECT_EQ(to_json(finding).dump(2), R"({
  "code": "M030",
  "severity": "error",
  "file": "pools.toml",
  "line": 31,
  "column": 8,
  "length": 2,
  "message": "pool `orders` wants 60 connections",
  "label": "wants 60",
  "help": "lower `size`",
  "source_line": "size = 60",
  "related": [
    {
      "file": "pools.toml",
      "line": 7,
      "column": 1,
      "length": 18,
      "label": "max_connections = 200",
      "source_line": "[server.orders-db]"
    }
  ],
  "notes": [
    "orders-write 60×1"
  ]
})");
}

TEST(FindingsJson, LeavesOutWhatAFindingHasNot) {
  EXPECT_EQ(to_json(Finding{.code = "M072",
                            .severity = Severity::kWarning,
                            .span = {.file = "pools.toml"},
                            .related = {{.span = {.file = "f"}}}})
                .dump(),
            R"({"code":"M072","severity":"warning","file":"pools.toml","message":"",)"
            R"("related":[{"file":"f"}]})");
}

TEST(FindingsJson, IsAnArrayOfAnyLength) {
  EXPECT_EQ(to_json(Findings{}).dump(), "[]");
  EXPECT_EQ(to_json(Findings{Finding{}}).size(), 1U);
  EXPECT_EQ(to_json(Findings{Finding{}, Finding{}}).size(), 2U);
}

TEST(FindingsJson, KeepsTabsAndReplacesWhatIsNoText) {
  const auto json = to_json(Finding{.message = "\x1b[2J", .source_line = "\tsize = \xFF\t1"});
  EXPECT_EQ(json["message"], "\uFFFD[2J");
  EXPECT_EQ(json["source_line"], "\tsize = \uFFFD\t1");
}

TEST(FindingsJson, CanBeWrittenAndReadWhateverItsTexts) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const Finding finding{.code = text,
                          .span = {text, 1, 1, 1},
                          .message = text,
                          .label = text,
                          .help = text,
                          .source_line = text,
                          .related = {{{text, 2, 1, 1}, text, text}},
                          .notes = {text}};
    const auto json = to_json(finding);
    RC_ASSERT(nlohmann::ordered_json::parse(json.dump()) == json);
  }));
}

}  // namespace
}  // namespace millpond::cli
