#include "millpond/tests/tidy/size_limits.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace millpond::tidy {
namespace {

std::string times(int count, std::string_view line) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += line;
  }
  return text;
}

std::string verdict(std::string_view path, const std::string& text) {
  const Violations violations = check_size({std::string(path), text});
  return violations.empty() ? "" : violations.front().message;
}

TEST(SizeLimits, AllowAFileOf500LinesAndNoMore) {
  EXPECT_EQ(verdict("docs/a.md", times(500, "x\n")), "");
  EXPECT_EQ(verdict("docs/a.md", times(501, "x\n")), "501 lines; at most 500");
  EXPECT_EQ(verdict("docs/findings.md", times(501, "x\n")), "");
}

TEST(SizeLimits, AllowALineOf100ColumnsCountedInCharacters) {
  EXPECT_EQ(verdict("a.cc", std::string(100, 'x') + "\n"), "");
  EXPECT_EQ(verdict("a.cc", std::string(101, 'x') + "\n"), "101 columns; at most 100");
  EXPECT_EQ(verdict("a.cc", "// " + times(97, "ż") + "\n"), "");
  EXPECT_EQ(verdict("docs/a.md", std::string(101, 'x') + "\n"), "");
}

TEST(SizeLimits, AllowAFunctionOf60Lines) {
  const std::string head = "namespace x {\nint f(int a, int b = 3) const {\n";
  EXPECT_EQ(verdict("a.cc", head + times(58, "  a();\n") + "}\n}\n"), "");
  EXPECT_EQ(verdict("a.cc", head + times(59, "  a();\n") + "}\n}\n"),
            "a function of 61 lines; at most 60");
}

TEST(SizeLimits, MeasureAFunctionInAClassAndNotTheClass) {
  const std::string body = times(59, "  a();\n");
  EXPECT_EQ(verdict("a.cc", "class alignas(64) X {\n" + times(70, "  int a(int);\n") + "};\n"), "");
  EXPECT_NE(verdict("a.cc", "class X {\n  void f() {\n" + body + "  }\n};\n"), "");
}

TEST(SizeLimits, MeasureAConstructorsBodyAfterItsMembers) {
  EXPECT_NE(verdict("a.cc", "X::X(int a) : a_{a}, b_(a) {\n" + times(59, "  a();\n") + "}\n"), "");
}

TEST(SizeLimits, DoNotMeasureTablesOrDirectives) {
  EXPECT_EQ(verdict("a.cc", "const Row kTable[] = {\n" + times(70, "  {a(1), 2},\n") + "};\n"), "");
  EXPECT_EQ(verdict("a.cc", "#if defined(X)\nnamespace a {\n" + times(70, "int x;\n") + "}\n"), "");
}

TEST(SizeLimits, DoNotCountABraceInALiteral) {
  EXPECT_EQ(verdict("a.cc", "void f() {\n  a(\"{\");\n}\n" + times(70, "int x;\n")), "");
}

}  // namespace
}  // namespace millpond::tidy
