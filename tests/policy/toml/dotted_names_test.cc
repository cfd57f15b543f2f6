#include "millpond/policy/toml/dotted_names.h"

#include <gtest/gtest.h>

#include <string>

namespace millpond::policy::toml {
namespace {

std::string parts(std::size_t count) {
  std::string name = "a";
  for (std::size_t i = 1; i < count; ++i) {
    name += ".a";
  }
  return name;
}

TEST(DottedNames, OfAnyPolicyAreShortEnough) {
  EXPECT_FALSE(overlong_name("[profile.staging.server.\"a.b\"]\nkey.x = 1.5\n"));
  EXPECT_FALSE(overlong_name(parts(kMostParts) + " = 1\n" + parts(kMostParts) + " = 2\n"));
}

TEST(DottedNames, ThatAreTooLongAreFoundWhereTheyBegin) {
  EXPECT_EQ(overlong_name("[" + parts(kMostParts + 1) + "]"), 1U);
  EXPECT_EQ(overlong_name("x = { " + parts(kMostParts + 1) + " = 1 }"), 5U);
  EXPECT_EQ(overlong_name("x = 1\n'q' . \"r\" ." + parts(kMostParts)), 6U);
}

TEST(DottedNames, AreNotLookedForInTextsAndComments) {
  const std::string dots(100, '.');
  EXPECT_FALSE(overlong_name("# " + dots + "\nx = \"" + dots + "\\\"" + dots + "\"\n"));
  EXPECT_FALSE(overlong_name("x = '" + dots + "'\ny = \"\"\"\n" + dots + "\n\"\"\"\n"));
}

TEST(DottedNames, AreFoundBehindATextThatIsNotClosed) {
  EXPECT_EQ(overlong_name("x = \"abc\n" + parts(kMostParts + 1)), 9U);
}

}  // namespace
}  // namespace millpond::policy::toml
