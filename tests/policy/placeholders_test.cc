#include "millpond/policy/placeholders.h"

#include <gtest/gtest.h>

#include <vector>

namespace millpond::policy {
namespace {

const std::vector<Placeholder> kNames{{"service", "shop"}, {"pool", "orders"}};

TEST(Placeholders, AreFilledIn) {
  EXPECT_EQ(fill_placeholders("{service}/{pool}", kNames), "shop/orders");
  EXPECT_EQ(fill_placeholders("plain", kNames), "plain");
  EXPECT_EQ(fill_placeholders("{pool", kNames), "{pool");
}

TEST(Placeholders, AreNotFilledInTwice) {
  EXPECT_EQ(fill_placeholders("{a}", {{"a", "{b}"}, {"b", "no"}}), "{b}");
}

TEST(Placeholders, ThatAreUnknownAreMarked) {
  const TextError error = fill_placeholders("x{pol}", kNames).error();
  EXPECT_EQ(error.code, "M025");
  EXPECT_EQ(error.message, "unknown placeholder `{pol}`");
  EXPECT_EQ(error.label, "did you mean `pool`?");
  EXPECT_EQ(error.offset, 1U);
  EXPECT_EQ(error.length, 5U);
}

}  // namespace
}  // namespace millpond::policy
