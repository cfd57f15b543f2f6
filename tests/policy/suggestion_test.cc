#include "millpond/policy/suggestion.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace millpond::policy {
namespace {

TEST(Suggestion, CountsOneForEachSlip) {
  EXPECT_EQ(edit_distance("size", "size"), 0U);
  EXPECT_EQ(edit_distance("sise", "size"), 1U);
  EXPECT_EQ(edit_distance("szie", "size"), 1U);
  EXPECT_EQ(edit_distance("sizee", "size"), 1U);
  EXPECT_EQ(edit_distance("", "size"), 4U);
  EXPECT_EQ(edit_distance("SIZE", "size"), 0U);
}

TEST(Suggestion, AsksForTheNearestWord) {
  EXPECT_EQ(did_you_mean("acquire_timout", {"size", "acquire_timeout"}),
            "did you mean `acquire_timeout`?");
  EXPECT_EQ(did_you_mean("cores", {"fleet.instances", "host.cores"}), "did you mean `host.cores`?");
}

TEST(Suggestion, KeepsQuietWhenNothingIsNear) {
  EXPECT_EQ(did_you_mean("colour", {"size", "order", "reset"}), "");
  EXPECT_EQ(did_you_mean("", {"a"}), "");
  EXPECT_EQ(did_you_mean("x", {}), "");
  EXPECT_EQ(did_you_mean(std::string(10'000, 'a'), {"aa"}), "");
}

TEST(Suggestion, ListsWordsAsASentenceDoes) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "`a`");
  EXPECT_EQ(listed({"a", "b", "c"}), "`a`, `b` and `c`");
}

TEST(Suggestion, MeasuresBothWaysAlike) {
  EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b) {
    RC_ASSERT(edit_distance(a, b) == edit_distance(b, a));
    RC_ASSERT(edit_distance(a, b) <= std::max(a.size(), b.size()));
  }));
}

}  // namespace
}  // namespace millpond::policy
