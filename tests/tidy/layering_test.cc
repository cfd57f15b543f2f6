#include "millpond/tests/tidy/layering.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace millpond::tidy {
namespace {

// What the rule says about one include in one file; "" when it is content.
std::string verdict(std::string_view path, std::string_view include) {
  const Violations violations =
      check_layering({std::string(path), "#include " + std::string(include) + "\n"});
  return violations.empty() ? "" : violations.front().message;
}

TEST(Layering, LetsPolicyUseValuesAndNothingThatActs) {
  EXPECT_EQ(verdict("policy/sizing.cc", "<vector>"), "");
  EXPECT_EQ(verdict("policy/sizing.cc", "<tl/expected.hpp>"), "");
  EXPECT_EQ(verdict("policy/sizing.cc", "\"millpond/policy/finding.h\""), "");
  EXPECT_EQ(verdict("policy/sizing.cc", "<thread>"),
            "policy/sizing.cc may not include <thread>: the ring policy/ decides and does not act");
  EXPECT_NE(verdict("policy/sizing.cc", "<unistd.h>"), "");
  EXPECT_NE(verdict("policy/sizing.cc", "<sys/socket.h>"), "");
}

TEST(Layering, KeepsPolicyFromDriversAndPools) {
  EXPECT_EQ(
      verdict("policy/sizing.cc", "\"millpond/drivers/driver.h\""),
      "policy/sizing.cc may not include drivers/driver.h: the ring policy/ sees only policy/");
  EXPECT_NE(verdict("policy/sizing.cc", "\"millpond/pools/pool.h\""), "");
}

TEST(Layering, KeepsTomlInItsOneFolder) {
  EXPECT_EQ(verdict("policy/toml/loader.cc", "<toml++/toml.h>"), "");
  EXPECT_NE(verdict("policy/loader.cc", "<toml++/toml.h>"), "");
  EXPECT_NE(verdict("pools/registry.cc", "<toml++/toml.h>"), "");
  EXPECT_NE(verdict("cli/check.cc", "<toml++/toml.h>"), "");
}

TEST(Layering, KeepsEachVendorLibraryInItsOneFolder) {
  EXPECT_EQ(verdict("drivers/postgres/connection.cc", "<pqxx/pqxx>"), "");
  EXPECT_EQ(verdict("drivers/postgres/connection.cc", "<libpq-fe.h>"), "");
  EXPECT_EQ(verdict("drivers/redis/connection.cc", "<pqxx/pqxx>"),
            "drivers/redis/connection.cc may not include <pqxx/pqxx>: that library belongs to "
            "another folder");
  EXPECT_NE(verdict("pools/pool.cc", "<hiredis/hiredis.h>"), "");
  EXPECT_NE(verdict("cli/demo.cc", "<curl/curl.h>"), "");
}

TEST(Layering, KeepsDriversFromPoolsAndPolicy) {
  EXPECT_NE(verdict("drivers/net/tcp_dial.cc", "\"millpond/pools/env.h\""), "");
  EXPECT_NE(verdict("drivers/redis/driver.cc", "\"millpond/policy/finding.h\""), "");
}

TEST(Layering, KeepsBackendsFromEachOther) {
  EXPECT_EQ(verdict("drivers/all/all.cc", "\"millpond/drivers/redis/driver.h\""), "");
  EXPECT_EQ(verdict("drivers/http/driver.cc", "\"millpond/drivers/redis/wire.h\""),
            "drivers/http/driver.cc may not include drivers/redis/wire.h: nothing but drivers/all "
            "knows a backend");
  EXPECT_NE(verdict("drivers/catalog.h", "\"millpond/drivers/mysql/driver.h\""), "");
  EXPECT_NE(verdict("pools/registry.h", "\"millpond/drivers/mysql/driver.h\""), "");
}

TEST(Layering, KeepsThePoolCoreToPolicyAndItself) {
  EXPECT_EQ(verdict("pools/internal/pool_core.h", "\"millpond/pools/internal/slot.h\""), "");
  EXPECT_EQ(verdict("pools/internal/pool_core.h", "<atomic>"), "");
  EXPECT_NE(verdict("pools/internal/pool_core.h", "\"millpond/drivers/driver.h\""), "");
  EXPECT_NE(verdict("pools/internal/pool_core.cc", "\"millpond/pools/pool.h\""), "");
  EXPECT_NE(verdict("pools/internal/pool_core.cc", "<mutex>"), "");
  EXPECT_NE(verdict("pools/internal/slot_word.h", "<chrono.h>"), "");
}

TEST(Layering, LetsTelemetryReadSnapshotsOnly) {
  EXPECT_EQ(verdict("pools/telemetry/prometheus.cc", "\"millpond/pools/snapshot.h\""), "");
  EXPECT_NE(verdict("pools/telemetry/prometheus.cc", "\"millpond/pools/pool.h\""), "");
}

TEST(Layering, KeepsPoolsFromTheirEdgesAndFromTheHarness) {
  EXPECT_NE(verdict("pools/registry.cc", "\"millpond/pools/loader/policy_source.h\""), "");
  EXPECT_NE(verdict("pools/registry.cc", "\"millpond/tests/harness/servers/servers.h\""), "");
  EXPECT_EQ(verdict("pools/loader/policy_source.cc", "\"millpond/pools/registry.h\""), "");
}

TEST(Layering, LetsCompositionRootsComposeAndTestsTest) {
  EXPECT_EQ(verdict("cli/demo.cc", "\"millpond/tests/harness/servers/servers.h\""), "");
  EXPECT_EQ(verdict("examples/shop/orders.cc", "<pqxx/pqxx>"), "");
  EXPECT_EQ(verdict("tests/pools/pool_test.cc", "<thread>"), "");
}

TEST(Layering, ReadsNoIncludeInAComment) {
  EXPECT_TRUE(check_layering({"policy/sizing.cc", "// #include <thread>\n"}).empty());
}

TEST(Layering, NamesTheLine) {
  const Violations violations = check_layering({"policy/a.cc", "// why\n\n#include <thread>\n"});
  ASSERT_EQ(violations.size(), 1U);
  EXPECT_EQ(violations.front().line, 3);
}

}  // namespace
}  // namespace millpond::tidy
