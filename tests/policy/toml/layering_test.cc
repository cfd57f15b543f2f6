// Which layer a value comes from, and what a profile does to it.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "millpond/policy/explanation.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/toml/loader.h"

namespace millpond::policy::toml {
namespace {

using namespace std::chrono_literals;

constexpr char kPolicy[] = R"toml(version = 1
[server.api]
backend  = "http"
endpoint = "http://127.0.0.1"
[server.cache]
backend  = "redis"
endpoint = "127.0.0.1"
[defaults]
acquire_timeout = "1100ms"
order = "fifo"
[class.quick]
acquire_timeout = "1050ms"
max_uses = 7
[class.slow]
acquire_timeout = "5s"
[pool.plain]
server = "cache"
[pool.both]
server = "cache"
inherit = ["quick", "slow"]
[pool.own]
server = "api"
inherit = ["slow", "quick"]
acquire_timeout = "3s"
[profile.p.defaults]
order = "lifo"
[profile.p.class.quick]
max_uses = 9
[profile.p.pool.plain]
inherit = ["quick"]
[profile.p.pool.own]
acquire_timeout = "4s"
[profile.p.server.cache]
cores = 4
)toml";

Explained loaded(const std::string& profile = {}) {
  auto explained = load_explained({"pools.toml", kPolicy}, {.profile = profile});
  EXPECT_TRUE(explained) << render(explained.error());
  return *std::move(explained);
}

ExplainedKey key_of(const Explained& explained, std::string_view table, std::string_view key) {
  const ExplainedTable* const found = find_table(explained.explanation, table);
  EXPECT_NE(found, nullptr) << table;
  return *find_key(*found, key);
}

TEST(Layers, PutDefaultsBeneathClassesBeneathThePool) {
  const Explained all = loaded();
  EXPECT_EQ(all.set.pool("plain")->acquire_timeout, 1100ms);
  EXPECT_EQ(all.set.pool("both")->acquire_timeout, 5s);
  EXPECT_EQ(all.set.pool("own")->acquire_timeout, 3s);
}

TEST(Layers, LetALaterClassLieOverAnEarlierOne) {
  const ExplainedKey key = key_of(loaded(), "both", "acquire_timeout");
  EXPECT_EQ(key.origin.layer, "[class.slow]");
  EXPECT_EQ(key.origin.span.line, 15U);
  std::vector<std::string> beneath;
  for (const Origin& origin : key.beneath) {
    beneath.push_back(origin.layer + " " + origin.stated);
  }
  EXPECT_EQ(beneath, (std::vector<std::string>{"[class.quick] \"1050ms\"", "[defaults] \"1100ms\"",
                                               "built-in \"2s\""}));
}

TEST(Layers, StartWithTheDefaultsOfTheBackend) {
  const Explained all = loaded();
  EXPECT_EQ(key_of(all, "own", "idle_timeout").value, "\"50s\"");
  EXPECT_EQ(key_of(all, "own", "idle_timeout").origin.layer, "built-in for http");
  EXPECT_EQ(key_of(all, "plain", "idle_timeout").value, "\"5m\"");
  EXPECT_EQ(key_of(all, "plain", "idle_timeout").origin.layer, "built-in");
}

TEST(Layers, LayAProfileOverEachTableItNames) {
  const Explained all = loaded("p");
  EXPECT_EQ(all.explanation.profile, "p");
  EXPECT_EQ(all.set.pool("plain")->order, Order::kLifo);
  EXPECT_EQ(key_of(all, "plain", "order").origin.layer, "[profile.p.defaults]");
  EXPECT_EQ(all.set.pool("both")->max_uses, 9);
  EXPECT_EQ(key_of(all, "both", "max_uses").origin.layer, "[profile.p.class.quick]");
  EXPECT_EQ(all.set.pool("own")->acquire_timeout, 4s);
  EXPECT_EQ(key_of(all, "own", "acquire_timeout").origin.layer, "[profile.p.pool.own]");
  EXPECT_EQ(all.set.server("cache")->cores, 4);
}

TEST(Layers, KeepAClassOverADefaultThatAProfileChanges) {
  EXPECT_EQ(loaded("p").set.pool("both")->acquire_timeout, 5s);
}

TEST(Layers, LetAProfileChangeWhatAPoolInherits) {
  EXPECT_EQ(loaded().set.pool("plain")->acquire_timeout, 1100ms);
  EXPECT_EQ(loaded("p").set.pool("plain")->acquire_timeout, 1050ms);
}

TEST(Layers, LeaveAProfileAloneThatIsNotInUse) {
  EXPECT_EQ(loaded().set.pool("own")->acquire_timeout, 3s);
  EXPECT_TRUE(loaded().explanation.profile.empty());
}

TEST(Layers, RefuseAProfileThatTheFileDoesNotDeclare) {
  const auto refused = load({"pools.toml", kPolicy}, {.profile = "q"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error()[0].code, "M004");
  EXPECT_EQ(refused.error()[0].help, "--profile or MILLPOND_PROFILE names it; profiles are `p`");
}

}  // namespace
}  // namespace millpond::policy::toml
