// Planted secrets, and every output of every command that could have met them.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "millpond/tests/cli/map_host.h"

namespace millpond::cli {
namespace {

constexpr std::string_view kPlanted = "planted-";

// Secrets where they belong: in a variable and in a file.
constexpr char kWell[] = R"toml(version = 1
[server.db]
backend  = "postgres"
endpoint = "127.0.0.1/orders"
user     = "${env:USER_OF_ORDERS}"
password = "${env:ORDERS_PASSWORD}"
[server.cache]
backend  = "redis"
endpoint = "127.0.0.1"
password = "${file:/run/secrets/redis}"
[pool.orders]
server = "db"
[pool.sessions]
server = "cache"
)toml";

// And where they do not, with every mistake that could bring the line into a message.
const std::vector<std::string>& ill() {
  static const std::vector<std::string> texts{
      "version = 1\n[server.db]\npassword = \"planted-1\"\n",
      "version = 1\n[server.db]\npassword = planted-1\n",
      "version = 1\n[server.db]\npassword = \"planted-1\n",
      "version = 1\n[server.db]\npasswort = 'planted-1'\ncolour = 3\n",
      "version = 1\n[server.db]\npassword = \"\"\"\nplanted-1\nplanted-2\"\"\"\nsize = 3\n",
      "version = 1\n[server.db]\npassword = [\"planted-1\"]\n",
      "version = 1\n[server.db]\npassword = \"planted-1\"\npassword = \"planted-2\"\n",
      "version = 1\n[server.db]\npassword \"planted-1\"\n",
      "version = 1\n[server.db]\npassword = \"${env:X:-planted-1}\"\n",
      "version = 1\n[server.db]\nbackend = \"redis\"\nendpoint = \"redis://:planted-1@host\"\n",
      "version = 1\n[server.db]\nbackend = \"mysql\"\nendpoint = \"u:planted-1@host/db\"\n",
      "version = 1\nserver.db = { backend = \"mysql\", password = \"planted-1\", colour = 3 }\n",
      "version = 1\n[pool.p]\nserver = \"db\"\napi_token = \"planted-1\"\nsize = \"4 +\"\n",
      "version = 1\n[profile.p.server.db]\npassword = \"planted-1\"\n",
      "version = 1\n[server.db]\nendpoint = \"${env:PLANTED_ADDRESS}\"\nbackend = \"redis\"\n",
  };
  return texts;
}

MapHost host_with(const std::string& policy) {
  MapHost host;
  host.files["pools.toml"] = {.text = policy};
  host.files["/run/secrets/redis"] = {.text = "planted-3\n", .readable_by_others = true};
  host.variables = {{"ORDERS_PASSWORD", "planted-4"},
                    {"USER_OF_ORDERS", "orders"},
                    {"PLANTED_ADDRESS", "redis://:planted-5@host"}};
  return host;
}

const std::vector<std::vector<std::string>>& commands() {
  static const std::vector<std::vector<std::string>> all{
      {"check", "pools.toml"},
      {"check", "pools.toml", "--json"},
      {"check", "pools.toml", "--profile", "p"},
      {"explain", "pools.toml"},
      {"explain", "pools.toml", "--all"},
      {"explain", "pools.toml", "--json"},
      {"explain", "pools.toml", "orders"},
      {"explain", "pools.toml", "server.db"},
      {"explain", "pools.toml", "server.db.password"},
      {"explain", "pools.toml", "server.cache", "--json"},
      {"explain", "pools.toml", "nobody"},
      {"schema"},
      {"size", "--rate", "40/s", "--hold", "20ms"},
      {"check", "--explain", "M023"},
  };
  return all;
}

void expect_no_secret(const MapHost& host, const std::string& policy) {
  for (const auto& command : commands()) {
    const Ran ran = host.run(command);
    const std::string said = ran.out + ran.err;
    const std::size_t found = said.find(kPlanted);
    EXPECT_EQ(found, std::string::npos) << testing::PrintToString(command) << " on\n"
                                        << policy << "says " << said;
  }
}

TEST(NoCommand, ShowsASecretThatIsKeptWell) {
  expect_no_secret(host_with(kWell), kWell);
}

TEST(NoCommand, ShowsASecretThatStandsInTheFile) {
  for (const std::string& policy : ill()) {
    expect_no_secret(host_with(policy), policy);
  }
}

TEST(NoCommand, ShowsASecretFileThatIsEmptyOrMissing) {
  MapHost host = host_with(kWell);
  host.files["/run/secrets/redis"].text = "\n";
  expect_no_secret(host, kWell);
  host.files.erase("/run/secrets/redis");
  host.variables.erase("ORDERS_PASSWORD");
  expect_no_secret(host, kWell);
}

// The test itself can fail: what is no secret is shown.
TEST(NoCommand, HidesWhatIsNoSecret) {
  const Ran ran = host_with(kWell).run({"explain", "pools.toml", "server.db"});
  EXPECT_NE(ran.out.find("user = \"orders\""), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("password = \"${env:ORDERS_PASSWORD}\""), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace millpond::cli
