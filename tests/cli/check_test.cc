#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "millpond/pools/loader/host.h"
#include "millpond/tests/cli/map_host.h"

namespace millpond::cli {
namespace {

constexpr char kPolicy[] = R"toml(version = 1

[fleet]
instances = 2

[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
password = "${env:ORDERS_PASSWORD}"
cores    = 4

[server.sessions]
backend  = "redis"
endpoint = "[::1]"
password = "${file:/run/secrets/redis}"

[pool.orders-write]
server = "orders-db"
size   = "ceil(hikari(server.cores, server.spindles) / fleet.instances)"

[pool.sessions]
server       = "sessions"
size         = 3
min_idle     = 1
max_lifetime = "off"
)toml";

class CheckCommand : public testing::Test {
 protected:
  CheckCommand() {
    host_.files = {{"pools.toml", {.text = kPolicy, .readable_by_others = true}},
                   {"/run/secrets/redis", {.text = "hunter2\n", .readable_by_others = false}}};
    host_.variables = {{"ORDERS_PASSWORD", "hunter2"}};
  }

  int check(const std::vector<std::string>& arguments) {
    ran_ = host_.run(arguments);
    return ran_.status;
  }
  const std::string& out() const { return ran_.out; }
  const std::string& err() const { return ran_.err; }

  MapHost host_;
  std::map<std::string, loader::FileContent>& files_ = host_.files;
  std::map<std::string, std::string, std::less<>>& variables_ = host_.variables;

 private:
  Ran ran_;
};

TEST_F(CheckCommand, ListsThePoolsOfAGoodFile) {
  files_["pools.toml"].text.replace(files_["pools.toml"].text.find("\"off\""), 5, "\"1h\"");
  EXPECT_EQ(check({"check", "pools.toml"}), 0);
  EXPECT_EQ(err(), "");
  EXPECT_EQ(out(),
            "pools.toml: ok: 2 pools on 2 servers, 0 warnings\n"
            "\n"
            "pool          backend   server                 size  min_idle  acquire_timeout  "
            "connect_timeout  max_lifetime  idle_timeout  keepalive\n"
            "orders-write  postgres  127.0.0.1:5432/orders  5     5         2s               "
            "3s               30m           5m            2m\n"
            "sessions      redis     [::1]:6379             3     1         2s               "
            "3s               1h            5m            2m\n"
            "\n"
            "orders-write.size = ceil(hikari(server.cores, server.spindles) / fleet.instances)\n"
            "                  = ceil(hikari(4, 1) / 2) = ceil(9 / 2) = ceil(4.5) = 5\n");
}

TEST_F(CheckCommand, AcceptsAFileWithWarningsAndPrintsThemAsMessages) {
  files_["/run/secrets/redis"].readable_by_others = true;
  EXPECT_EQ(check({"check", "pools.toml"}), 0);
  EXPECT_TRUE(out().starts_with("pools.toml: ok: 2 pools on 2 servers, 2 warnings\n")) << out();
  EXPECT_EQ(err(),
            "warning[M082]: secret file /run/secrets/redis is readable by every user\n"
            "  --> pools.toml:15:12\n"
            "   |\n"
            "15 | password = \"${file:/run/secrets/redis}\"\n"
            "   |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "   = help: chmod o= /run/secrets/redis\n"
            "\n"
            "warning[M070]: connections of pool `sessions` never grow too old\n"
            "  --> pools.toml:25:16\n"
            "   |\n"
            "25 | max_lifetime = \"off\"\n"
            "   |                ^^^^^\n"
            "   = help: servers leak and balancers rebalance: a max_lifetime such as \"30m\" helps "
            "both\n");
}

TEST_F(CheckCommand, RefusesABadFileAndPrintsNoResult) {
  files_["pools.toml"].text = "version = 1\n[pool.a]\nserver = \"s\"\nsise = 3\n";
  EXPECT_EQ(check({"check", "pools.toml"}), 1);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(),
            "error[M051]: unknown server `s`\n"
            "  --> pools.toml:3:10\n"
            "   |\n"
            " 3 | server = \"s\"\n"
            "   |          ^^^\n"
            "   = help: add a [server.s] table\n"
            "\n"
            "error[M012]: unknown key `sise`\n"
            "  --> pools.toml:4:1\n"
            "   |\n"
            " 4 | sise = 3\n"
            "   | ^^^^ did you mean `size`?\n"
            "\n"
            "pools.toml: 2 errors, 0 warnings\n");
}

TEST_F(CheckCommand, SaysWhichSecretsCannotBeRead) {
  variables_.clear();
  files_.erase("/run/secrets/redis");
  EXPECT_EQ(check({"check", "pools.toml"}), 1);
  EXPECT_EQ(out(), "");
  EXPECT_NE(err().find("error[M080]: environment variable `ORDERS_PASSWORD` is not set\n"
                       "  --> pools.toml:9:12\n"),
            std::string::npos)
      << err();
  EXPECT_NE(err().find("error[M081]: secret file /run/secrets/redis cannot be read: "
                       "No such file or directory\n"
                       "  --> pools.toml:15:12\n"),
            std::string::npos)
      << err();
  EXPECT_TRUE(err().ends_with("\npools.toml: 2 errors, 1 warning\n")) << err();
}

TEST_F(CheckCommand, NeverShowsASecret) {
  check({"check", "pools.toml"});
  EXPECT_EQ((out() + err()).find("hunter2"), std::string::npos);
}

TEST_F(CheckCommand, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(check({"check", "nowhere.toml"}), 1);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(),
            "error[M084]: the policy file cannot be read: No such file or directory\n"
            "  --> nowhere.toml\n"
            "   = help: check the path and that this user may read it\n"
            "\n"
            "nowhere.toml: 1 error, 0 warnings\n");
}

TEST_F(CheckCommand, NeedsAFile) {
  EXPECT_EQ(check({"check"}), 1);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(), "millpond check: FILE or --explain CODE is required\n");
}

TEST_F(CheckCommand, TakesOneFileOnly) {
  EXPECT_EQ(check({"check", "a", "b"}), 1);
  EXPECT_EQ(out(), "");
  EXPECT_NE(err(), "");
}

TEST_F(CheckCommand, ExplainsACode) {
  EXPECT_EQ(check({"check", "--explain", "M031"}), 0);
  EXPECT_TRUE(out().starts_with("M031")) << out();
  EXPECT_EQ(check({"check", "--explain", "M301"}), 1);
  EXPECT_TRUE(err().starts_with("millpond check: no finding has the code `M301`")) << err();
  EXPECT_EQ(check({"check", "pools.toml", "--explain", "M031"}), 1);
}

TEST_F(CheckCommand, UsesAProfile) {
  files_["pools.toml"].text += "[profile.staging.fleet]\ninstances = 9\n";
  EXPECT_EQ(check({"check", "pools.toml", "--profile", "staging"}), 0);
  EXPECT_NE(out().find("ceil(hikari(4, 1) / 9)"), std::string::npos) << out();
  EXPECT_EQ(check({"check", "pools.toml", "--profile", "stagin"}), 1);
  EXPECT_TRUE(
      err().starts_with("error[M004]: the file declares no profile `stagin`\n"
                        "  --> pools.toml\n"
                        "   = did you mean `staging`?\n"
                        "   = help: --profile or MILLPOND_PROFILE names it; profiles are "
                        "`staging`\n"))
      << err();
}

TEST_F(CheckCommand, GivesTheSameAsJson) {
  EXPECT_EQ(check({"check", "pools.toml", "--json"}), 0);
  EXPECT_EQ(err(), "");
  const auto report = nlohmann::json::parse(out());
  EXPECT_EQ(report["file"], "pools.toml");
  EXPECT_EQ(report["ok"], true);
  EXPECT_EQ(report["errors"], 0);
  EXPECT_EQ(report["warnings"], 1);
  EXPECT_EQ(report["findings"][0]["code"], "M070");
  EXPECT_EQ(report["pools"][0]["name"], "orders-write");
  EXPECT_EQ(report["pools"][0]["size"], 5);
}

TEST_F(CheckCommand, ExplainsItself) {
  EXPECT_EQ(check({"check", "--help"}), 0);
  EXPECT_NE(out().find("FILE"), std::string::npos) << out();
  EXPECT_EQ(err(), "");
}

TEST_F(CheckCommand, IsSuggestedForAMisspeltCommand) {
  EXPECT_EQ(check({"chek", "pools.toml"}), 1);
  EXPECT_EQ(out(), "");
  EXPECT_TRUE(
      err().starts_with("millpond: unknown command `chek`: did you mean `check`?\n"
                        "commands are `check`"))
      << err();
}

TEST_F(CheckCommand, IsListedByTheProgramsHelp) {
  EXPECT_EQ(check({"--help"}), 0);
  EXPECT_NE(out().find("check"), std::string::npos);
  EXPECT_EQ(check({}), 1);
  EXPECT_NE(err(), "");
}

}  // namespace
}  // namespace millpond::cli
