#include "millpond/policy/toml/outline.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>
#include <string_view>
#include <vector>

namespace millpond::policy::toml {
namespace {

// "1:0 pool.a" for each definition.
std::vector<std::string> definitions(const Outline& outline) {
  std::vector<std::string> result;
  for (const Definition& definition : outline.definitions) {
    std::string text =
        std::to_string(definition.at.line) + ":" + std::to_string(definition.at.byte);
    for (const std::string& segment : definition.path) {
      text += (&segment == &definition.path.front() ? " " : ".") + segment;
    }
    result.push_back(std::move(text));
  }
  return result;
}

using Texts = std::vector<std::string>;

TEST(Outline, HasEachHeaderAndKeyWithItsPath) {
  const auto outline = outline_of(
      {"version = 1", "[pool.a] # first", "  size = 2", "b.'c d' = 3", "[[list]]", "x = 1"},
      {6, 5});
  EXPECT_EQ(definitions(outline), (Texts{"1:0 version", "2:0 pool.a", "3:2 pool.a.size",
                                         "4:0 pool.a.b.c d", "5:0 list", "6:0 list.x"}));
  EXPECT_EQ(outline.definitions[1].bytes, 8U);
  EXPECT_EQ(outline.definitions[2].bytes, 4U);
  EXPECT_EQ(outline.definitions[3].table, 1U);
  EXPECT_TRUE(outline.definitions[4].is_header);
}

TEST(Outline, TakesNothingInATextOrAListForAKey) {
  const auto outline = outline_of(
      {"a = \"\"\"", "b = 1", "\"\"\"\"", "c = [ # [", "  1, '['", "]", "d = 'x = \"'", "e = 1"},
      {8, 5});
  EXPECT_EQ(definitions(outline), (Texts{"1:0 a", "4:0 c", "7:0 d", "8:0 e"}));
  EXPECT_TRUE(outline.open_lists.empty());
  EXPECT_FALSE(outline.open_text);
}

TEST(Outline, KnowsWhatIsOpenAtItsEnd) {
  const auto in_text = outline_of({"a = [\"\\\"x\", \"y"}, {1, 14});
  ASSERT_TRUE(in_text.open_text);
  EXPECT_EQ(in_text.open_text->at, (BytePlace{1, 12}));
  EXPECT_EQ(in_text.open_text->mark, "\"");
  ASSERT_EQ(in_text.open_lists.size(), 1U);
  EXPECT_EQ(in_text.open_lists.front().at, (BytePlace{1, 4}));

  const auto in_braces = outline_of({"a = [ [1], {", ""}, {2, 0});
  ASSERT_EQ(in_braces.open_lists.size(), 2U);
  EXPECT_EQ(in_braces.open_lists.back().mark, "{");
}

TEST(Outline, KnowsWhereTheValueBegins) {
  EXPECT_EQ(outline_of({"a =  2s"}, {1, 6}).value, (BytePlace{1, 5}));
  EXPECT_FALSE(outline_of({"a = 1", "b"}, {2, 1}).value);
}

TEST(Outline, IsMadeOfAnyText) {
  EXPECT_TRUE(rc::check([](std::uint8_t line, std::uint8_t byte) {
    const auto broken = *rc::gen::container<std::vector<std::string>>(
        rc::gen::container<std::string>(rc::gen::elementOf(std::string("a.= \t\"'[]{}#\\"))));
    const std::vector<std::string_view> lines(broken.begin(), broken.end());
    const Outline outline = outline_of(lines, {line % 8U, byte % 16U});
    RC_ASSERT(outline.definitions.size() <= lines.size());
  }));
}

}  // namespace
}  // namespace millpond::policy::toml
