#include "millpond/policy/finding.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

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

TEST(Findings, HaveErrorsUnlessAllAreWarnings) {
  const Finding warning{.severity = Severity::kWarning};
  EXPECT_FALSE(has_errors({}));
  EXPECT_FALSE(has_errors({warning}));
  EXPECT_TRUE(has_errors({warning, Finding{}}));
}

}  // namespace
}  // namespace millpond::policy
