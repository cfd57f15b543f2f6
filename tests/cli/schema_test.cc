#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "millpond/policy/fields.h"
#include "millpond/tests/cli/map_host.h"

namespace millpond::cli {
namespace {

nlohmann::json schema() {
  const Ran ran = MapHost{}.run({"schema"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.err, "");
  return nlohmann::json::parse(ran.out);
}

TEST(SchemaCommand, KnowsEveryKeyOfTheOptionTableAndNoOther) {
  const auto definitions = schema()["definitions"];
  constexpr std::array<std::string_view, 4> kNames{"process", "fleet", "server", "pool"};
  for (const policy::Section section : policy::kSections) {
    const auto& table = definitions[std::string(kNames[static_cast<std::size_t>(section)])];
    EXPECT_EQ(table["properties"].size(), policy::keys_of(section).size());
    EXPECT_EQ(table["additionalProperties"], false);
    for (const std::string_view key : policy::keys_of(section)) {
      EXPECT_TRUE(table["properties"].contains(std::string(key))) << key;
    }
  }
}

TEST(SchemaCommand, LetsNoClassInherit) {
  EXPECT_TRUE(schema()["definitions"]["pool"]["properties"].contains("inherit"));
  EXPECT_FALSE(schema()["definitions"]["class"]["properties"].contains("inherit"));
}

TEST(SchemaCommand, GivesWordsBoundsAndDefaults) {
  const auto pool = schema()["definitions"]["pool"]["properties"];
  EXPECT_EQ(pool["order"]["anyOf"][0]["enum"], (nlohmann::json{"lifo", "fifo"}));
  EXPECT_EQ(pool["weight"]["anyOf"][0]["minimum"], 1);
  EXPECT_EQ(pool["max_uses"]["anyOf"][1]["const"], "unlimited");
  const std::string description = pool["acquire_timeout"]["description"];
  EXPECT_NE(description.find("1ms to 1h. Default: 2s"), std::string::npos) << description;
}

}  // namespace
}  // namespace millpond::cli
