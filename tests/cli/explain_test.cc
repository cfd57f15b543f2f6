#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "millpond/tests/cli/map_host.h"

namespace millpond::cli {
namespace {

// The specification's own example: six instances and two more while they are replaced.
constexpr char kPolicy[] = R"toml(version = 1

[fleet]
instances = 6

[server.orders-db]
backend         = "postgres"
endpoint        = "127.0.0.1:5432/orders"
max_connections = 200
share           = "80%"
cores           = 16

[defaults]
acquire_timeout = "4s"

[class.oltp]
size = "ceil(hikari(server.cores, server.spindles) / fleet.instances)"

[pool.orders-write]
server          = "orders-db"
inherit         = ["oltp"]
weight          = 2
acquire_timeout = "3s"

[pool."orders.read"]
server = "orders-db"
size   = 4

[profile.staging.fleet]
instances = 2
)toml";

MapHost host() {
  MapHost host;
  host.files["pools.toml"] = {.text = kPolicy};
  return host;
}

TEST(ExplainCommand, ShowsTheSizeWithItsLayerItsStepsAndItsCap) {
  const Ran ran = host().run({"explain", "pools.toml", "orders-write"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.out.find("size = 6                        pools.toml:17  [class.oltp]\n"
                         "  ceil(hikari(16, 1) / 6) = ceil(33 / 6) = ceil(5.5) = 6\n"
                         "  cap 12 = fair share 19 × weight 2/3 (server.orders-db: max 200, "
                         "reserved 3, share 80%, 6+2 instances)\n"),
            std::string::npos)
      << ran.out;
}

TEST(ExplainCommand, ShowsAllThereIsToKnowOfOneKey) {
  const Ran ran = host().run({"explain", "pools.toml", "orders-write.acquire_timeout"});
  EXPECT_EQ(ran.out,
            "acquire_timeout = \"3s\"          pools.toml:23  [pool.orders-write]\n"
            "  over \"4s\"                     pools.toml:14  [defaults]\n"
            "  over \"2s\"                     built-in\n"
            "  how long a caller waits for a connection; long waits hide outages\n"
            "  a duration such as \"2s\"; 1ms to 1h\n"
            "  changed live by a reload, once a release has it\n");
}

TEST(ExplainCommand, SaysWhichKeysThisReleaseDoesNotActOn) {
  const Ran ran = host().run({"explain", "pools.toml", "orders-write.leak_after"});
  EXPECT_TRUE(ran.out.starts_with("leak_after = ")) << ran.out;
  EXPECT_NE(ran.out.find("built-in  (no effect in this release)\n"), std::string::npos) << ran.out;
}

TEST(ExplainCommand, KnowsServersTheProcessAndTheFleet) {
  EXPECT_NE(host().run({"explain", "pools.toml", "server.orders-db"}).out.find("share = \"80%\""),
            std::string::npos);
  EXPECT_NE(host().run({"explain", "pools.toml", "process.fd_reserve"}).out.find("= 64"),
            std::string::npos);
  EXPECT_NE(host().run({"explain", "pools.toml", "fleet"}).out.find("instances = 6"),
            std::string::npos);
}

TEST(ExplainCommand, FindsAPoolWithAPointInItsName) {
  EXPECT_NE(host().run({"explain", "pools.toml", "orders.read"}).out.find("size = 4"),
            std::string::npos);
  EXPECT_TRUE(
      host().run({"explain", "pools.toml", "orders.read.size"}).out.starts_with("size = 4"));
}

TEST(ExplainCommand, UsesTheProfileOfTheOptionOrOfTheEnvironment) {
  const std::string staging =
      "instances = 2                   pools.toml:30  "
      "[profile.staging.fleet]";
  EXPECT_TRUE(host()
                  .run({"explain", "pools.toml", "fleet", "--profile", "staging"})
                  .out.starts_with(staging));
  MapHost with_variable = host();
  with_variable.variables["MILLPOND_PROFILE"] = "staging";
  EXPECT_TRUE(with_variable.run({"explain", "pools.toml", "fleet"}).out.starts_with(staging));
}

TEST(ExplainCommand, WithoutAWorkloadShowsWhatTheFileStatesAndEverySize) {
  const Ran ran = host().run({"explain", "pools.toml"});
  EXPECT_EQ(ran.out.find("built-in"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("[pool.orders.read]  postgres\n"), std::string::npos) << ran.out;
  EXPECT_NE(host().run({"explain", "pools.toml", "--all"}).out.find("built-in"), std::string::npos);
}

TEST(ExplainCommand, SuggestsAWorkloadAndAKey) {
  const Ran workload = host().run({"explain", "pools.toml", "orders-wite"});
  EXPECT_EQ(workload.status, 1);
  EXPECT_TRUE(workload.err.starts_with(
      "millpond explain: pools.toml has no workload `orders-wite`: did you mean `orders-write`?\n"))
      << workload.err;
  const Ran key = host().run({"explain", "pools.toml", "orders-write.sise"});
  EXPECT_EQ(key.status, 1);
  EXPECT_TRUE(key.err.starts_with(
      "millpond explain: orders-write has no key `sise`: did you mean `size`?\n"))
      << key.err;
}

TEST(ExplainCommand, RefusesABadFileAsCheckDoes) {
  MapHost bad = host();
  bad.files["pools.toml"].text += "colour = 1\n";
  EXPECT_EQ(bad.run({"explain", "pools.toml"}).err, bad.run({"check", "pools.toml"}).err);
  EXPECT_EQ(bad.run({"explain", "pools.toml"}).status, 1);
}

TEST(ExplainCommand, GivesTheSameAsJson) {
  const Ran ran = host().run({"explain", "pools.toml", "orders-write.size", "--json"});
  const auto key = nlohmann::json::parse(ran.out);
  EXPECT_EQ(key["key"], "size");
  EXPECT_EQ(key["value"], "6");
  EXPECT_EQ(key["layer"], "[class.oltp]");
  EXPECT_EQ(key["line"], 17);
  EXPECT_EQ(key["how"].size(), 2U);
  EXPECT_EQ(key["over"][0]["layer"], "built-in");
  EXPECT_EQ(key["effect"], "now");
  const auto all = nlohmann::json::parse(host().run({"explain", "pools.toml", "--json"}).out);
  EXPECT_EQ(all["file"], "pools.toml");
  EXPECT_EQ(all["tables"].size(), 5U);
}

}  // namespace
}  // namespace millpond::cli
