#include "millpond/tests/tidy/class_names.h"

#include <gtest/gtest.h>

#include <string>

namespace millpond::tidy {
namespace {

SourceFile header(const std::string& path, const std::string& space, const std::string& line) {
  return {path, "namespace " + space + " {\n\n" + line + "\n};\n\n}\n"};
}

TEST(ClassNames, AreDefinedByOneHeaderOfANamespace) {
  const auto violations = check_class_names({header("a.h", "x::y", "class Follower {"),
                                             header("b.h", "x::y", "struct Follower final {")});
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations[0].path, "b.h");
  EXPECT_EQ(violations[0].line, 3);
  EXPECT_EQ(violations[0].message, "x::y::Follower is a class of a.h too");
}

TEST(ClassNames, MayBeDeclaredAnywhereAndDefinedInAnotherNamespace) {
  EXPECT_TRUE(check_class_names(
                  {header("a.h", "x", "class Follower {"), header("b.h", "x", "class Follower;"),
                   header("c.h", "z", "class Follower {"), header("d.cc", "x", "class Follower {")})
                  .empty());
}

}  // namespace
}  // namespace millpond::tidy
