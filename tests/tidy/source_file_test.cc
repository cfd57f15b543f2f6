#include "millpond/tests/tidy/source_file.h"

#include <gtest/gtest.h>

#include <string>

namespace millpond::tidy {
namespace {

TEST(CodeOf, BlanksCommentsAndKeepsLines) {
  EXPECT_EQ(code_of("a; // b\nc; /* d\ne */ f;\n"), "a;     \nc;     \n     f;\n");
}

TEST(CodeOf, BlanksLiteralsAndWhatTheyQuote) {
  EXPECT_EQ(code_of("x = \"a // \\\" b\" + y;"), "x = " + std::string(11, ' ') + " + y;");
  EXPECT_EQ(code_of("x = '\"'; y"), "x =    ; y");
}

TEST(CodeOf, BlanksRawStringsToTheirOwnDelimiter) {
  EXPECT_EQ(code_of("R\"x(a )\" b)x\"; y"), "R" + std::string(12, ' ') + "; y");
}

TEST(CodeOf, DoesNotTakeADigitSeparatorForALiteral) {
  EXPECT_EQ(code_of("1'000'000; // x"), "1'000'000;     ");
}

TEST(CodeOf, BlanksTwoLiteralsThatTouch) {
  EXPECT_EQ(code_of("\"a\"\"b\";c"), "      ;c");
}

TEST(FindWord, FindsNoPartOfALongerIdentifier) {
  EXPECT_EQ(find_word("granderand rand", "rand"), 11U);
  EXPECT_EQ(find_word("operand", "rand"), std::string::npos);
}

TEST(LinesOf, HasNoEmptyLineAfterTheLastLineEnd) {
  EXPECT_EQ(lines_of("a\n\nb\n").size(), 3U);
  EXPECT_TRUE(lines_of("").empty());
}

}  // namespace
}  // namespace millpond::tidy
