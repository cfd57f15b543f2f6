#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/cli/commands.h"
#include "millpond/pools/loader/host.h"

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

// A host of maps: files and variables are what a test says.
class CheckCommand : public testing::Test {
 protected:
  int check(const std::vector<std::string>& arguments) {
    const Surroundings surroundings{
        .out = out_,
        .err = err_,
        .host = {.read_file = [this](const std::string& path) { return read(path); },
                 .environment = [this](std::string_view name) { return variable(name); },
                 .program = "millpond",
                 .processors = 2}};
    return run(arguments, surroundings);
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  std::map<std::string, loader::FileContent> files_{
      {"pools.toml", {.text = kPolicy, .readable_by_others = true}},
      {"/run/secrets/redis", {.text = "hunter2\n", .readable_by_others = false}}};
  std::map<std::string, std::string, std::less<>> variables_{{"ORDERS_PASSWORD", "hunter2"}};

 private:
  tl::expected<loader::FileContent, std::string> read(const std::string& path) const {
    const auto found = files_.find(path);
    if (found == files_.end()) {
      return tl::unexpected<std::string>("No such file or directory");
    }
    return found->second;
  }

  std::optional<std::string> variable(std::string_view name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() ? std::nullopt : std::optional(found->second);
  }

  std::ostringstream out_;
  std::ostringstream err_;
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
  EXPECT_EQ(err(), "FILE is required\nRun with --help for more information.\n");
}

TEST_F(CheckCommand, TakesOneFileOnly) {
  EXPECT_EQ(check({"check", "a", "b"}), 1);
  EXPECT_EQ(out(), "");
  EXPECT_NE(err(), "");
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
