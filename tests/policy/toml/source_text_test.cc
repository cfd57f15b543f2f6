#include "millpond/policy/toml/source_text.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace millpond::policy::toml {
namespace {

std::string places(const std::vector<Position>& positions) {
  std::string text;
  for (const Position& at : positions) {
    text += std::to_string(at.line) + ":" + std::to_string(at.column) + " ";
  }
  return text;
}

Finding shown(const SourceText& source, const Span& span) {
  Finding finding{.span = span};
  source.show_line_of(finding);
  return finding;
}

TEST(SourceText, KnowsWhereEachByteOfAStringStands) {
  const SourceText source("\tsize = \"żx\"");
  EXPECT_EQ(places(source.positions_of("żx", {1, 9})), "1:10 1:10 1:11 1:12 ");
}

TEST(SourceText, FollowsAStringOverSeveralLines) {
  const SourceText source("a = \"\"\"\n1\n+2\"\"\"");
  EXPECT_EQ(places(source.positions_of("1\n+2", {1, 5})), "2:1 2:2 3:1 3:2 3:3 ");
}

TEST(SourceText, GivesUpOnEscapesAndOnPlacesThatAreNot) {
  const SourceText source(R"(a = "1\t2")");
  EXPECT_EQ(places(source.positions_of("1\t2", {1, 5})), "");
  EXPECT_EQ(places(source.positions_of("x", {7, 5})), "");
  EXPECT_EQ(places(source.positions_of("x", {1, 99})), "");
}

TEST(SourceText, ShowsTheLineOfAFinding) {
  const SourceText source("a = 1\r\nb = 2");
  EXPECT_EQ(shown(source, {"f", 1, 1, 1}).source_line, "a = 1");
  EXPECT_EQ(shown(source, {"f", 2, 1, 1}).source_line, "b = 2");
  EXPECT_EQ(shown(source, {"f", 3, 1, 1}).source_line, "");
  EXPECT_EQ(shown(source, {"f", 0, 0, 1}).source_line, "");
}

TEST(SourceText, HidesSecretsAndTheirLength) {
  const SourceText source("password = \"hunter2\" # hunter3");
  const Finding finding = shown(source, {"f", 1, 12, 9});
  EXPECT_EQ(finding.source_line, "password = ***");
  EXPECT_EQ(finding.span.length, 3U);
  EXPECT_EQ(shown(source, {"f", 1, 22, 1}).source_line, "");
  EXPECT_TRUE(source.hides({1, 12}));
  EXPECT_FALSE(source.hides({1, 1}));
  EXPECT_FALSE(source.hides({2, 1}));
}

TEST(SourceText, ShowsTheLinesOfRelatedPlacesAndHidesTheirSecrets) {
  const SourceText source("a = 1\npassword = \"hunter2\"\nb = 2");
  Finding finding{.span = {"f", 3, 1, 1},
                  .related = {{.span = {"f", 1, 1, 1}},
                              {.span = {"f", 2, 1, 20}},
                              {.span = {"f", 2, 14, 3}},
                              {.span = {"f", 9, 1, 1}}}};
  source.show_line_of(finding);
  EXPECT_EQ(finding.source_line, "b = 2");
  EXPECT_EQ(finding.related[0].source_line, "a = 1");
  EXPECT_EQ(finding.related[1].source_line, "password = ***");
  EXPECT_EQ(finding.related[1].span.length, 14U);
  EXPECT_EQ(finding.related[2].source_line, "");
  EXPECT_EQ(finding.related[3].source_line, "");
}

TEST(SourceText, ConvertsBetweenColumnsAndBytes) {
  const SourceText source("a\nżółw = 1");
  EXPECT_EQ(source.byte_of({2, 6}), 8U);
  EXPECT_EQ(source.column_of(2, 8), 6U);
  EXPECT_EQ(source.byte_of({2, 99}), std::nullopt);
}

}  // namespace
}  // namespace millpond::policy::toml
