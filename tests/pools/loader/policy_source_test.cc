#include "millpond/pools/loader/policy_source.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "millpond/drivers/http_settings.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"

namespace millpond::loader {
namespace {

using namespace std::chrono_literals;

constexpr char kPolicy[] = R"(version = 1
[server.orders-db]
backend = "postgres"
endpoint = "127.0.0.1:6543/orders"
user = "orders"
password = "${file:/run/orders}"
[pool.orders-write]
server = "orders-db"
size = 3
statement_timeout = "250ms"
)";

class PolicySourceTest : public testing::Test {
 protected:
  Host host() {
    return {.read_file = [this](const std::string& path) -> tl::expected<FileContent, std::string> {
              const auto at = files_.find(path);
              if (at == files_.end()) {
                return tl::unexpected(std::string{"No such file or directory"});
              }
              return at->second;
            },
            .environment = [this](std::string_view name) -> std::optional<std::string> {
              const auto at = variables_.find(name);
              return at == variables_.end() ? std::nullopt : std::optional(at->second);
            },
            .program = "shop"};
  }

  drivers::Catalog catalog() {
    drivers::Catalog catalog;
    catalog.add(std::make_shared<harness::FakeDriver>("postgres"));
    return catalog;
  }

  std::string errors_of(const drivers::Catalog& catalog) {
    const auto set = load_policy({.path = "pools.toml"}, host());
    EXPECT_TRUE(set) << policy::render(set.error());
    const auto defined = define_pools(*set, catalog, host());
    EXPECT_FALSE(defined);
    return policy::render(defined.error());
  }

  std::map<std::string, FileContent> files_{{"pools.toml", {kPolicy, false}},
                                            {"/run/orders", {"pond\n", false}}};
  std::map<std::string, std::string, std::less<>> variables_;
};

TEST_F(PolicySourceTest, JoinsEachPoolWithItsServerItsDriverAndItsSecret) {
  const auto set = load_policy({.path = "pools.toml"}, host());
  ASSERT_TRUE(set) << policy::render(set.error());
  const auto defined = define_pools(*set, catalog(), host());
  ASSERT_TRUE(defined) << policy::render(defined.error());
  ASSERT_EQ(defined->pools.size(), 1u);
  const PoolDefinition& pool = defined->pools[0];
  EXPECT_EQ(pool.endpoints.front().to_string(), "127.0.0.1:6543/orders");
  EXPECT_EQ(pool.endpoints.front().user, "orders");
  EXPECT_EQ(pool.endpoints.front().password.reveal(), "pond");
  EXPECT_EQ(pool.settings.app_name, "shop/orders-write");
  EXPECT_EQ(pool.settings.statement_timeout, 250ms);
  EXPECT_EQ(pool.policy.size, 3);
  EXPECT_TRUE(defined->warnings.empty());
}

TEST_F(PolicySourceTest, CarriesWhatAnHttpSessionIsGiven) {
  files_["pools.toml"].text = R"(version = 1
[server.api]
backend = "http"
endpoint = "http://127.0.0.1"
[pool.api]
server = "api"
tls_timeout = "2s"
response_header_timeout = "4s"
expect_continue_timeout = "500ms"
max_header_bytes = "16KiB"
)";
  drivers::Catalog http;
  http.add(std::make_shared<harness::FakeDriver>("http"));
  const auto set = load_policy({.path = "pools.toml"}, host());
  ASSERT_TRUE(set) << policy::render(set.error());
  const auto defined = define_pools(*set, http, host());
  ASSERT_TRUE(defined) << policy::render(defined.error());
  const drivers::HttpSettings& settings = defined->pools[0].settings.http;
  EXPECT_EQ(settings.tls_timeout, 2s);
  EXPECT_EQ(settings.response_header_timeout, 4s);
  EXPECT_EQ(settings.expect_continue_timeout, 500ms);
  EXPECT_EQ(settings.max_header_bytes, 16'384U);
}

TEST_F(PolicySourceTest, ASecretFileIsReadAgainForEachDial) {
  const auto defined =
      define_pools(*load_policy({.path = "pools.toml"}, host()), catalog(), host());
  ASSERT_TRUE(defined);
  const PasswordReader& read = defined->pools[0].read_password;
  EXPECT_EQ(read()->reveal(), "pond");
  files_["/run/orders"] = {"lake\n", false};
  EXPECT_EQ(read()->reveal(), "lake");
  files_.erase("/run/orders");
  EXPECT_EQ(read().error(), "secret file /run/orders cannot be read: No such file or directory");
}

// Another thread may be about to change the environment: it is read once.
TEST_F(PolicySourceTest, ASecretOfTheEnvironmentIsNotReadAgain) {
  files_["pools.toml"].text.replace(files_["pools.toml"].text.find("${file:/run/orders}"), 19,
                                    "${env:ORDERS}");
  variables_["ORDERS"] = "pond";
  const auto defined =
      define_pools(*load_policy({.path = "pools.toml"}, host()), catalog(), host());
  ASSERT_TRUE(defined) << policy::render(defined.error());
  EXPECT_EQ(defined->pools[0].endpoints.front().password.reveal(), "pond");
  EXPECT_FALSE(defined->pools[0].read_password);
}

TEST_F(PolicySourceTest, WhatThisReleaseCannotDoIsRefusedAtOpening) {
  files_["pools.toml"].text.replace(files_["pools.toml"].text.find("user ="), 0,
                                    "max_connections = \"probe\"\n");
  EXPECT_EQ(errors_of(catalog()),
            "error[M054]: [server.orders-db] is to be asked how many connections it admits, which "
            "this release cannot\n"
            "  --> pools.toml:2:1\n"
            "   = help: a program refuses to open it, never goes on without a budget; write the "
            "number\n");
}

TEST_F(PolicySourceTest, SeveralEndpointsKeepTheirOrderAndShareAccountAndTls) {
  std::string& text = files_["pools.toml"].text;
  const std::size_t line = text.find("endpoint =");
  text.replace(line, text.find('\n', line) - line,
               "endpoints = [\"db1:1/a\", \"db2:2/a\"]\ntls = \"verify-ca\"\nca = \"/ca.pem\"");
  text.replace(text.find("backend = \"postgres\""), 20, "backend = \"redis\"");
  text.replace(text.find("db1:1/a"), 7, "db1:1/0");
  text.replace(text.find("db2:2/a"), 7, "db2:2/0");
  drivers::Catalog redis;
  redis.add(std::make_shared<harness::FakeDriver>("redis"));
  const auto defined = define_pools(*load_policy({.path = "pools.toml"}, host()), redis, host());
  ASSERT_TRUE(defined) << policy::render(defined.error());
  const auto& endpoints = defined->pools[0].endpoints;
  ASSERT_EQ(endpoints.size(), 2U);
  EXPECT_EQ(endpoints[0].to_string(), "db1:1/0");
  EXPECT_EQ(endpoints[1].to_string(), "db2:2/0");
  EXPECT_EQ(endpoints[1].user, endpoints[0].user);
  EXPECT_EQ(endpoints[1].password.reveal(), endpoints[0].password.reveal());
  EXPECT_EQ(endpoints[1].tls.mode, drivers::TlsMode::kVerifyCa);
  EXPECT_EQ(endpoints[1].tls.ca, "/ca.pem");
}

TEST_F(PolicySourceTest, TheProfileIsTheCallersOrElseTheEnvironments) {
  files_["pools.toml"].text +=
      "[profile.small.pool.orders-write]\nsize = 2\n"
      "[profile.tiny.pool.orders-write]\nsize = 1\n";
  variables_["MILLPOND_PROFILE"] = "small";
  EXPECT_EQ(load_policy({.path = "pools.toml"}, host())->pools[0].size, 2);
  EXPECT_EQ(load_policy({.path = "pools.toml", .profile = "tiny"}, host())->pools[0].size, 1);
}

TEST_F(PolicySourceTest, APolicyFileThatIsNotThereIsNamedWithTheReason) {
  const auto set = load_policy({.path = "/etc/none.toml"}, host());
  ASSERT_FALSE(set);
  EXPECT_EQ(policy::render(set.error()),
            "error[M084]: the policy file cannot be read: No such file or directory\n"
            "  --> /etc/none.toml\n"
            "   = help: check the path and that this user may read it\n");
}

TEST_F(PolicySourceTest, ASecretFileThatIsNotThereIsNamedWhereThePolicyNamesIt) {
  files_.erase("/run/orders");
  EXPECT_EQ(errors_of(catalog()),
            "error[M081]: secret file /run/orders cannot be read: No such file or directory\n"
            "  --> pools.toml:6:12\n"
            "   |\n"
            " 6 | password = \"${file:/run/orders}\"\n"
            "   |            ^^^^^^^^^^^^^^^^^^^^^\n"
            "   = help: check the path and that the service's user may read it\n");
}

TEST_F(PolicySourceTest, AnEmptySecretIsAnErrorAndAnExposedOneAWarning) {
  files_["/run/orders"] = {"\n", false};
  EXPECT_EQ(errors_of(catalog()),
            "error[M083]: secret file /run/orders is empty\n"
            "  --> pools.toml:6:12\n"
            "   |\n"
            " 6 | password = \"${file:/run/orders}\"\n"
            "   |            ^^^^^^^^^^^^^^^^^^^^^\n"
            "   = help: write the password into it\n");
  files_["/run/orders"] = {"pond", true};
  const auto defined =
      define_pools(*load_policy({.path = "pools.toml"}, host()), catalog(), host());
  ASSERT_TRUE(defined);
  EXPECT_EQ(policy::render(defined->warnings),
            "warning[M082]: secret file /run/orders is readable by every user\n"
            "  --> pools.toml:6:12\n"
            "   |\n"
            " 6 | password = \"${file:/run/orders}\"\n"
            "   |            ^^^^^^^^^^^^^^^^^^^^^\n"
            "   = help: chmod o= /run/orders\n");
}

TEST_F(PolicySourceTest, ABackendWithoutADriverIsNamedWithTheDriversThereAre) {
  drivers::Catalog only_redis;
  only_redis.add(std::make_shared<harness::FakeDriver>("redis"));
  EXPECT_EQ(errors_of(only_redis),
            "error[M085]: this program has no driver for backend `postgres`\n"
            "  --> pools.toml:2:1\n"
            "   = help: it was built with redis; add the driver's target to its dependencies\n");
}

}  // namespace
}  // namespace millpond::loader
