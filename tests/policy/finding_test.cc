#include "millpond/policy/finding.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace millpond::policy {
namespace {

Finding unknown_key() {
  return {.code = "M012",
          .span = {"pools.toml", 31, 1, 14},
          .message = "unknown key `acquire_timout`",
          .label = "did you mean `acquire_timeout`?",
          .help = "see docs/configuration.md",
          .source_line = "acquire_timout = \"2s\""};
}

// The line with the caret of a finding at a place in a line.
std::string caret_line(std::string line, std::uint32_t column, std::uint32_t length) {
  const std::string text = render(Finding{.code = "M001",
                                          .span = {"f", 7, column, length},
                                          .message = "m",
                                          .source_line = std::move(line)});
  const std::size_t start = text.rfind('\n', text.size() - 2) + 1;
  return text.substr(start, text.size() - 1 - start);
}

TEST(RenderedFinding, ShowsTheLineWithACaretALabelAndHelp) {
  EXPECT_EQ(render(unknown_key()),
            "error[M012]: unknown key `acquire_timout`\n"
            "  --> pools.toml:31:1\n"
            "   |\n"
            "31 | acquire_timout = \"2s\"\n"
            "   | ^^^^^^^^^^^^^^ did you mean `acquire_timeout`?\n"
            "   = help: see docs/configuration.md\n");
}

TEST(RenderedFinding, WidensItsGutterForLongNumbers) {
  Finding finding = unknown_key();
  finding.span.line = 1234;
  EXPECT_EQ(render(finding),
            "error[M012]: unknown key `acquire_timout`\n"
            "    --> pools.toml:1234:1\n"
            "     |\n"
            "1234 | acquire_timout = \"2s\"\n"
            "     | ^^^^^^^^^^^^^^ did you mean `acquire_timeout`?\n"
            "     = help: see docs/configuration.md\n");
}

TEST(RenderedFinding, OfAWholeFileHasNoSnippet) {
  EXPECT_EQ(render(Finding{.code = "M050",
                           .severity = Severity::kWarning,
                           .span = {.file = "pools.toml"},
                           .message = "the file declares no pool",
                           .label = "4 servers",
                           .help = "add one"}),
            "warning[M050]: the file declares no pool\n"
            "  --> pools.toml\n"
            "   = 4 servers\n"
            "   = help: add one\n");
}

// One with everything that a finding can have.
Finding over_budget() {
  return {.code = "M030",
          .span = {"pools.toml", 31, 8, 2},
          .message = "pool `orders` wants 60 connections, its server's budget gives it 12",
          .label = "wants 60",
          .help = "lower `size`, or raise `share`",
          .source_line = "size = 60",
          .related = {{.span = {"pools.toml", 7, 1, 18},
                       .label = "max_connections = 200",
                       .source_line = "[server.orders-db]"}},
          .notes = {"orders-write 60×1, api 400×3, dials 16", "60 > 12"}};
}

TEST(RenderedFinding, ShowsRelatedPlacesAndNotes) {
  EXPECT_EQ(render(over_budget()),
            "error[M030]: pool `orders` wants 60 connections, its server's budget gives it 12\n"
            "  --> pools.toml:31:8\n"
            "   |\n"
            "31 | size = 60\n"
            "   |        ^^ wants 60\n"
            "  ::: pools.toml:7:1\n"
            "   |\n"
            " 7 | [server.orders-db]\n"
            "   | ------------------ max_connections = 200\n"
            "   = orders-write 60×1, api 400×3, dials 16\n"
            "   = 60 > 12\n"
            "   = help: lower `size`, or raise `share`\n");
}

TEST(RenderedFinding, ShowsLinesThatTouchTogetherInTheirOrder) {
  const Finding finding{.code = "M001",
                        .span = {"f", 100, 1, 1},
                        .message = "m",
                        .label = "here",
                        .source_line = "b = 2",
                        .related = {{{"f", 99, 1, 1}, "before", "a = 1"},
                                    {{"f", 101, 1, 1}, "behind", "c = 3"},
                                    {{"f", 100, 5, 1}, "", "b = 2"},
                                    {{"f", 9, 1, 1}, "far", "x = 0"},
                                    {{"g", 99, 1, 1}, "another file", "y = 0"}}};
  EXPECT_EQ(render(finding),
            "error[M001]: m\n"
            "   --> f:100:1\n"
            "    |\n"
            " 99 | a = 1\n"
            "    | - before\n"
            "100 | b = 2\n"
            "    | ^ here\n"
            "    |     -\n"
            "101 | c = 3\n"
            "    | - behind\n"
            "   ::: f:9:1\n"
            "    |\n"
            "  9 | x = 0\n"
            "    | - far\n"
            "   ::: g:99:1\n"
            "    |\n"
            " 99 | y = 0\n"
            "    | - another file\n");
}

TEST(RenderedFinding, NamesARelatedPlaceWhoseLineMayNotBeShown) {
  EXPECT_EQ(render(Finding{.code = "M001",
                           .span = {"f", 3, 1, 1},
                           .message = "m",
                           .label = "l",
                           .related = {{.span = {"f", 7, 1, 1}, .label = "first defined here"},
                                       {.span = {"g", 0, 0, 1}}}}),
            "error[M001]: m\n"
            "  --> f:3:1\n"
            "   = l\n"
            "  ::: f:7:1: first defined here\n"
            "  ::: g\n");
}

TEST(RenderedFinding, MayBeColoured) {
  EXPECT_EQ(render(over_budget(), Colour::kAlways),
            "\x1b[1;31merror[M030]\x1b[0m\x1b[1m: pool `orders` wants 60 connections, its server's "
            "budget gives it 12\x1b[0m\n"
            "  \x1b[1;34m-->\x1b[0m pools.toml:31:8\n"
            "   \x1b[1;34m|\x1b[0m\n"
            "\x1b[1;34m31 |\x1b[0m size = 60\n"
            "   \x1b[1;34m|\x1b[0m        \x1b[1;31m^^ wants 60\x1b[0m\n"
            "  \x1b[1;34m:::\x1b[0m pools.toml:7:1\n"
            "   \x1b[1;34m|\x1b[0m\n"
            "\x1b[1;34m 7 |\x1b[0m [server.orders-db]\n"
            "   \x1b[1;34m|\x1b[0m \x1b[1;34m------------------ max_connections = 200\x1b[0m\n"
            "   \x1b[1;34m=\x1b[0m orders-write 60×1, api 400×3, dials 16\n"
            "   \x1b[1;34m=\x1b[0m 60 > 12\n"
            "   \x1b[1;34m=\x1b[0m \x1b[1mhelp\x1b[0m: lower `size`, or raise `share`\n");
  const Finding warning{.code = "M070", .severity = Severity::kWarning, .span = {.file = "f"}};
  EXPECT_EQ(render(warning, Colour::kAlways).rfind("\x1b[1;33mwarning[M070]\x1b[0m", 0), 0U);
}

std::string without_escapes(const std::string& text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, 2, "\x1b[") == 0) {
      at = text.find('m', at);  // a colour ends with an m
    } else {
      plain += text[at];
    }
  }
  return plain;
}

Finding arbitrary_finding() {
  const auto text = [] {
    return *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("ab \t\x1b[1m\xC5\xBC\xFF")));
  };
  const auto span = [] {
    const auto number = [](int below) { return *rc::gen::inRange(0U, unsigned(below)); };
    return Span{*rc::gen::element(std::string("f"), std::string("g")), number(4), number(6),
                number(6)};
  };
  Finding finding{.code = "M001", .span = span(), .message = text(), .label = text()};
  finding.severity = *rc::gen::element(Severity::kError, Severity::kWarning);
  finding.help = text();
  finding.source_line = text();
  finding.related.resize(*rc::gen::inRange(0U, 4U));
  for (RelatedPlace& place : finding.related) {
    place = {span(), text(), text()};
  }
  finding.notes.resize(*rc::gen::inRange(0U, 3U), text());
  return finding;
}

TEST(RenderedFinding, IsThePlainTextButForItsColours) {
  EXPECT_TRUE(rc::check([] {
    const Findings findings{arbitrary_finding(), arbitrary_finding()};
    const std::string coloured = render(findings, Colour::kAlways);
    RC_ASSERT(coloured != render(findings));
    RC_ASSERT(without_escapes(coloured) == render(findings));
  }));
}

TEST(RenderedFinding, PutsTheCaretUnderTheCharacterWhateverStandsBefore) {
  EXPECT_EQ(caret_line("abc", 2, 1), "   |  ^");
  EXPECT_EQ(caret_line("\tabc", 2, 3), "   |     ^^^");
  EXPECT_EQ(caret_line("ab\tc", 4, 1), "   |     ^");
  EXPECT_EQ(caret_line("żółw x", 6, 1), "   |      ^");
  EXPECT_EQ(caret_line("日本 x", 4, 1), "   |      ^");
  EXPECT_EQ(caret_line("日本", 1, 2), "   | ^^^^");
  EXPECT_EQ(caret_line("e\xCC\x81x", 3, 1), "   |  ^");
  EXPECT_EQ(caret_line("abc", 4, 1), "   |    ^");
  EXPECT_EQ(caret_line("abc", 3, 99), "   |   ^");
}

TEST(RenderedFinding, CannotDriveTheTerminal) {
  const std::string text = render(Finding{.code = "M001",
                                          .span = {"f\x1b[2J", 1, 1, 1},
                                          .message = "\x1b]0;title\x07",
                                          .label = "a\nb",
                                          .help = "\xC2\x9B",
                                          .source_line = "\x1b[31m\xFF"});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(text.find("\xC2\x9B"), std::string::npos);
  EXPECT_EQ(text.find('\xFF'), std::string::npos);
  EXPECT_NE(text.find("a\uFFFDb"), std::string::npos);
}

TEST(RenderedFinding, IsMadeOfAnyText) {
  EXPECT_TRUE(rc::check([](const std::string& line, std::uint8_t column, std::uint8_t length) {
    const std::string text = render(Finding{
        .code = "M001", .span = {"f", 1, column, length}, .message = line, .source_line = line});
    RC_ASSERT(text.ends_with('\n'));
  }));
}

TEST(Findings, AreSeparatedByBlankLines) {
  const Finding finding = unknown_key();
  EXPECT_EQ(render(Findings{finding, finding}), render(finding) + "\n" + render(finding));
  EXPECT_EQ(render(Findings{}), "");
}

TEST(Findings, AreSortedByPlaceAndEachKeptOnce) {
  const Finding late{.code = "M002", .span = {"f", 9, 1, 1}};
  const Finding early{.code = "M003", .span = {"f", 2, 5, 1}};
  const Finding other{.code = "M004", .span = {"f", 2, 5, 1}};
  const Finding whole{.code = "M005", .span = {.file = "f"}};
  Findings findings{late, early, other, early, whole, late};
  sort_by_place(findings);
  EXPECT_EQ(findings, (Findings{whole, early, other, late}));
}

TEST(Findings, AreKeptWhereTheyDifferInAnything) {
  const auto differing = [](const auto& change) {
    Finding finding = over_budget();
    change(finding);
    return finding;
  };
  const Findings all{over_budget(),
                     differing([](Finding& finding) { finding.severity = Severity::kWarning; }),
                     differing([](Finding& finding) { finding.span.length = 3; }),
                     differing([](Finding& finding) { finding.message = "another"; }),
                     differing([](Finding& finding) { finding.label = "another"; }),
                     differing([](Finding& finding) { finding.help = "another"; }),
                     differing([](Finding& finding) { finding.related.clear(); }),
                     differing([](Finding& finding) { finding.related[0].label = "another"; }),
                     differing([](Finding& finding) { finding.notes.pop_back(); })};
  Findings findings = all;
  findings.insert(findings.end(), all.begin(), all.end());
  sort_by_place(findings);
  EXPECT_EQ(findings, all);
}

TEST(Findings, AreSortedAsByLookingForEqualOnesOneByOne) {
  EXPECT_TRUE(rc::check([] {
    const auto places = *rc::gen::container<std::vector<std::pair<std::uint8_t, std::uint8_t>>>(
        rc::gen::pair(rc::gen::inRange<std::uint8_t>(0, 4), rc::gen::inRange<std::uint8_t>(0, 3)));
    Findings findings;
    for (const auto& [line, message] : places) {
      findings.push_back({.span = {"f", line, 1, 1}, .message = std::to_string(message)});
    }
    Findings expected;
    for (const Finding& finding : findings) {
      if (std::find(expected.begin(), expected.end(), finding) == expected.end()) {
        expected.push_back(finding);
      }
    }
    std::stable_sort(expected.begin(), expected.end(),
                     [](const Finding& a, const Finding& b) { return a.span.line < b.span.line; });
    sort_by_place(findings);
    RC_ASSERT(findings == expected);
  }));
}

TEST(Findings, AreSortedInReasonableTimeHoweverManyStandAtOnePlace) {
  constexpr int kMany = 100'000;
  Findings findings;
  for (int i = 0; i < kMany; ++i) {
    findings.push_back({.code = "M030", .span = {.file = "f"}, .message = std::to_string(i)});
  }
  const Findings expected = findings;
  sort_by_place(findings);
  EXPECT_TRUE(findings == expected);
}

TEST(Findings, HaveErrorsUnlessAllAreWarnings) {
  const Finding warning{.severity = Severity::kWarning};
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({warning}));
  EXPECT_TRUE(has_errors({warning, Finding{}}));
}

}  // namespace
}  // namespace millpond::policy
