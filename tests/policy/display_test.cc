#include "millpond/policy/display.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace millpond::policy {
namespace {

TEST(Display, CountsTerminalCells) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("żółw"), 4U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
}

TEST(Display, ReplacesWhatATerminalWouldObey) {
  EXPECT_EQ(printable("a\x1b[2J"), "a\uFFFD[2J");
  EXPECT_EQ(printable("a\u202Eb"), "a\uFFFDb");
  EXPECT_EQ(printable("żółw 日本"), "żółw 日本");
}

TEST(Display, TakesEachByteThatIsNoUtf8ForACharacter) {
  EXPECT_EQ(printable("\xFF\xC0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(printable("\xE2\x82"), "\uFFFD\uFFFD");
  EXPECT_EQ(printable("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
}

TEST(Display, OfAnyTextIsPrintable) {
  EXPECT_TRUE(rc::check(
      [](const std::string& text) { RC_ASSERT(printable(printable(text)) == printable(text)); }));
}

}  // namespace
}  // namespace millpond::policy
