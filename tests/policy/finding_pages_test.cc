#include "millpond/policy/pages/finding_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/finding_codes.h"

namespace millpond::policy {
namespace {

TEST(FindingPages, AreOnePerCodeInTheOrderOfTheCodes) {
  std::vector<std::string_view> expected(code::kAll.begin(), code::kAll.end());
  std::sort(expected.begin(), expected.end());
  std::vector<std::string_view> documented;
  for (const FindingPage& page : pages()) {
    documented.push_back(page.code);
  }
  EXPECT_EQ(documented, expected);
}

TEST(FindingPages, AreFoundByCode) {
  for (const FindingPage& page : pages()) {
    EXPECT_EQ(find_page(page.code), &page);
  }
  EXPECT_EQ(find_page("M999"), nullptr);
  EXPECT_EQ(find_page(""), nullptr);
}

TEST(FindingPages, SayWhatItMeansAndWhatToDo) {
  for (const FindingPage& page : pages()) {
    EXPECT_FALSE(page.title.empty() || page.title.ends_with('.')) << page.code;
    EXPECT_TRUE(page.severity.starts_with("error") || page.severity.starts_with("warning"))
        << page.code;
    EXPECT_TRUE(page.meaning.ends_with('.')) << page.code;
    EXPECT_TRUE(page.remedy.ends_with('.')) << page.code;
  }
}

TEST(FindingPages, ShowTheMistakeAndItsRepair) {
  for (const FindingPage& page : pages()) {
    if (!page.example.empty()) {
      EXPECT_TRUE(page.example.starts_with("# wrong: ")) << page.code;
      EXPECT_NE(page.example.find("\n\n# right\n"), std::string_view::npos) << page.code;
      EXPECT_FALSE(page.example.ends_with('\n')) << page.code;
    }
  }
}

TEST(FindingPages, ArePrintedForATerminal) {
  EXPECT_EQ(render_page({.code = "M999",
                         .title = "A title",
                         .severity = "error",
                         .meaning = "It means `a rather long stretch that stays on one line` and "
                                    "this goes on.",
                         .remedy = "Do it.",
                         .example = "# wrong: a\n\nb = 1"}),
            "M999 · A title (error)\n"
            "\n"
            "It means `a rather long stretch that stays on one line` and this goes on.\n"
            "\n"
            "What to do\n"
            "Do it.\n"
            "\n"
            "Example\n"
            "    # wrong: a\n"
            "\n"
            "    b = 1\n");
}

TEST(FindingPages, FitATerminalOfEightyColumns) {
  for (const FindingPage& page : pages()) {
    std::istringstream lines(render_page(page));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 81U) << line;  // `·` has two bytes
    }
  }
}

TEST(FindingPages, AreWrappedBetweenWordsButNotWithinCode) {
  const std::string meaning(70, 'a');
  const std::string text = render_page({.code = "M999",
                                        .title = "t",
                                        .severity = "error",
                                        .meaning = "x `b c d e` f.",
                                        .remedy = meaning + " `b c d e f g` h."});
  EXPECT_NE(text.find(meaning + "\n`b c d e f g` h.\n"), std::string::npos) << text;
}

TEST(FindingPages, MakeTheWholeDocument) {
  const std::string document = findings_page();
  for (const FindingPage& page : pages()) {
    const std::string head = "\n## " + std::string(page.code) + " · " + std::string(page.title);
    EXPECT_NE(document.find(head + "\n"), std::string::npos) << head;
  }
}

}  // namespace
}  // namespace millpond::policy
