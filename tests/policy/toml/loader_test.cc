#include "millpond/policy/toml/loader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "millpond/policy/finding.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy::toml {
namespace {

using namespace std::chrono_literals;

using Variables = std::map<std::string, std::string, std::less<>>;

std::string text_of(const std::string& name) {
  std::ifstream file("tests/data/policies/good/" + name);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

tl::expected<PolicySet, Findings> load_text(const std::string& text,
                                            const Variables& variables = {}) {
  const auto environment = [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  return load({"pools.toml", text},
              {.environment = environment, .host = {.cores = 2.5, .program = "program"}});
}

PolicySet good(const std::string& text, const Variables& variables = {}) {
  auto set = load_text(text, variables);
  EXPECT_TRUE(set) << (set ? "" : render(set.error()));
  return set ? *std::move(set) : PolicySet{};
}

constexpr char kRedis[] =
    "version = 1\n"
    "server.s = { backend = \"redis\", endpoint = \"localhost\" }\n";

TEST(LoadedPolicy, OfTheSmallestFileIsMadeOfDefaults) {
  const PolicySet set = good(text_of("minimal.toml"));
  EXPECT_TRUE(set.warnings.empty());
  EXPECT_EQ(set.file, "pools.toml");
  EXPECT_EQ(set.process.service, "program");
  EXPECT_EQ(set.process.sigpipe, Sigpipe::kIgnore);
  EXPECT_EQ(set.fleet.instances, 1);
  ASSERT_EQ(set.pools.size(), 1U);
  const PoolPolicy& pool = set.pools[0];
  EXPECT_EQ(pool.size, 10);
  EXPECT_EQ(pool.sizing.formula, "10");
  EXPECT_EQ(pool.sizing.steps, "10");
  EXPECT_EQ(pool.min_idle, 10);
  EXPECT_EQ(pool.acquire_timeout, 2s);
  EXPECT_EQ(pool.max_waiters, 256);
  EXPECT_EQ(pool.order, Order::kLifo);
  EXPECT_EQ(pool.connect_timeout, 3s);
  EXPECT_EQ(pool.max_concurrent_dials, 4);
  EXPECT_EQ(pool.max_lifetime, 30min);
  EXPECT_EQ(pool.lifetime_jitter, 0.25);
  EXPECT_EQ(pool.max_uses, kUnlimited);
  EXPECT_EQ(pool.idle_timeout, 5min);
  EXPECT_EQ(pool.keepalive, 2min);
  EXPECT_EQ(pool.validate, Validate::kAuto);
  EXPECT_EQ(pool.validate_after_idle, 500ms);
  EXPECT_EQ(pool.validate_timeout, 1s);
  EXPECT_EQ(pool.reset, Reset::kAuto);
  EXPECT_EQ(pool.reset_timeout, 1s);
  EXPECT_EQ(pool.backoff_base, 50ms);
  EXPECT_EQ(pool.backoff_cap, 5s);
  EXPECT_EQ(pool.read_timeout, 3s);
  EXPECT_EQ(pool.write_timeout, 3s);
  EXPECT_EQ(pool.statement_timeout, 0s);
  EXPECT_EQ(pool.tcp_user_timeout, 5s);
  EXPECT_EQ(pool.drain_timeout, 10s);
  EXPECT_EQ(pool.app_name, "program/orders");
}

TEST(LoadedPolicy, HoldsEveryKeyOfTheProcessAndTheFleet) {
  const PolicySet set = good(text_of("every_key.toml"));
  EXPECT_EQ(set.process.service, "everything");
  EXPECT_EQ(set.process.sigpipe, Sigpipe::kLeave);
  EXPECT_EQ(set.fleet.instances, kLive);
  EXPECT_EQ(set.fleet.max_instances, 3);
  EXPECT_EQ(set.fleet.surge, 0.5);
  EXPECT_EQ(set.process.cores, 2.5);
  EXPECT_EQ(set.process.fd_reserve, 32);
  EXPECT_EQ(set.process.on_fd_shortfall, OnFdShortfall::kClamp);
  EXPECT_EQ(set.process.raise_nofile, 2048);
  EXPECT_EQ(set.process.control_socket, "/run/millpond.sock");
  EXPECT_EQ(set.process.admin, "127.0.0.1:9464");
  EXPECT_EQ(set.process.reload, Reload::kSignal);
}

TEST(LoadedPolicy, HoldsEveryKeyOfAServer) {
  const PolicySet set = good(text_of("every_key.toml"));
  const ServerPolicy& server = *set.server("one");
  EXPECT_EQ(server.backend, Backend::kMysql);
  EXPECT_EQ(server.endpoints.at(0).host, "10.0.0.7");
  EXPECT_EQ(server.endpoints.at(0).port, 3307);
  EXPECT_EQ(server.endpoints.at(0).path, "stock");
  EXPECT_EQ(server.user, "stock");
  EXPECT_EQ(server.password.kind, SecretSource::Kind::kEnvironment);
  EXPECT_EQ(server.password.name, "STOCK");
  EXPECT_EQ(server.password.span, (Span{"pools.toml", 23, 20, 14}));
  EXPECT_EQ(server.cores, 16);
  EXPECT_EQ(server.spindles, 2);
  EXPECT_EQ(server.max_connections, 400);
  EXPECT_EQ(server.reserved, 1);
  EXPECT_EQ(server.share, 0.5);
  EXPECT_EQ(server.path_idle_cutoff, 350s);
  EXPECT_EQ(server.via, Via::kProxysql);
  EXPECT_EQ(server.fair, 39);  // (400 - 1) / 2 for 3 + 2 instances
  const ServerPolicy& replicas = *set.server("two");
  EXPECT_EQ(replicas.endpoints.size(), 2U);
  EXPECT_EQ(replicas.balance, Balance::kLeastUsed);
  EXPECT_EQ(replicas.tls, Tls::kVerifyCa);
  EXPECT_EQ(replicas.ca, "/etc/millpond/ca.pem");
  EXPECT_EQ(replicas.cert, "/etc/millpond/client.pem");
  EXPECT_EQ(replicas.key, "/etc/millpond/client.key");
}

TEST(LoadedPolicy, HoldsEveryKeyOfAPoolsSizeAndQueue) {
  const PolicySet set = good(text_of("every_key.toml"));
  const PoolPolicy& pool = *set.pool("stock");
  EXPECT_EQ(pool.size, 21);
  EXPECT_EQ(pool.sizing.steps,
            "clamp(16 + 2.5 * 2, 4, 40) = clamp(16 + 5, 4, 40) = clamp(21, 4, 40) = 21");
  EXPECT_EQ(pool.inherit, std::vector<std::string>{"all"});
  EXPECT_EQ(pool.min_size, 2);
  EXPECT_EQ(pool.max, 30);
  EXPECT_EQ(pool.min_idle, 3);
  EXPECT_EQ(pool.max_idle, 16);  // 75% of 21
  EXPECT_EQ(pool.weight, 3);
  EXPECT_EQ(pool.on_over_budget, OnOverBudget::kClamp);
  EXPECT_EQ(pool.threads, 4);
  EXPECT_EQ(pool.leases_per_thread, 2);
  EXPECT_EQ(pool.handoff_after, 0us);
  EXPECT_EQ(pool.overload, Overload::kFifo);
  EXPECT_EQ(pool.overflow, Overflow::kOpenAndClose);
  EXPECT_EQ(pool.overflow_max, 2);
  EXPECT_EQ(pool.acquire_timeout, 250ms);
  EXPECT_EQ(pool.max_waiters, 7);
  EXPECT_EQ(pool.order, Order::kFifo);
}

TEST(LoadedPolicy, HoldsEveryKeyOfAPoolsConnections) {
  const PolicySet set = good(text_of("every_key.toml"));
  const PoolPolicy& pool = *set.pool("stock");
  EXPECT_EQ(pool.connect_timeout, 700ms);
  EXPECT_EQ(pool.max_concurrent_dials, 2);
  EXPECT_EQ(pool.max_lifetime, 1h);
  EXPECT_EQ(pool.lifetime_jitter, 0.125);
  EXPECT_EQ(pool.first_lifetime_jitter, 0.5);
  EXPECT_EQ(pool.rotation_spare, 2);
  EXPECT_EQ(pool.max_uses, 5000);
  EXPECT_EQ(pool.idle_timeout, 90s);
  EXPECT_EQ(pool.keepalive, 30s);
  EXPECT_EQ(pool.validate, Validate::kIdle);
  EXPECT_EQ(pool.validate_after_idle, 0s);
  EXPECT_EQ(pool.validate_timeout, 100ms);
  EXPECT_EQ(pool.probe, "SELECT 1");
  EXPECT_EQ(pool.health_interval, 5s);
  EXPECT_EQ(pool.reset, Reset::kFull);
  EXPECT_EQ(pool.reset_timeout, 300ms);
  EXPECT_EQ(pool.backoff_base, 10ms);
  EXPECT_EQ(pool.backoff_cap, 2s);
  EXPECT_EQ(pool.drain_timeout, 0s);
  EXPECT_EQ(pool.leak_after, 0s);
}

TEST(LoadedPolicy, HoldsEveryKeyOfAPoolsSessions) {
  const PolicySet set = good(text_of("every_key.toml"));
  const PoolPolicy& pool = *set.pool("stock");
  EXPECT_EQ(pool.app_name, "stock-keeper");
  EXPECT_EQ(pool.statement_timeout, 5s);
  EXPECT_EQ(pool.tcp_user_timeout, 0s);
  EXPECT_EQ(pool.read_timeout, 800ms);
  EXPECT_EQ(pool.write_timeout, 900ms);
  EXPECT_EQ(pool.max_retries, 2);
  EXPECT_EQ(pool.retry_backoff, RetryBackoff::kNone);
  EXPECT_EQ(pool.retry_on, RetryOn::kConnect);
  const PoolPolicy& api = *set.pool("api");
  EXPECT_EQ(api.max_idle_total, 20);
  EXPECT_EQ(api.tls_timeout, 3s);
  EXPECT_EQ(api.response_header_timeout, 4s);
  EXPECT_EQ(api.expect_continue_timeout, 500ms);
  EXPECT_EQ(api.max_header_bytes, 16384);
}

TEST(LoadedPolicy, PutsAPoolsOwnKeysOverTheDefaults) {
  const PolicySet set = good(text_of("shop.toml"));
  ASSERT_EQ(set.pools.size(), 4U);
  EXPECT_EQ(set.pools[0].name, "orders-write");
  EXPECT_EQ(set.pools[3].name, "payments");
  EXPECT_EQ(set.pool("orders-write")->acquire_timeout, 1s);
  EXPECT_EQ(set.pool("catalog")->acquire_timeout, 1500ms);
  EXPECT_EQ(set.pool("catalog")->validate_timeout, 200ms);
  EXPECT_EQ(set.pool("catalog")->min_idle, 3);
  EXPECT_EQ(set.pool("unknown"), nullptr);
}

TEST(LoadedPolicy, SizesByFormulaWithEveryStep) {
  const PolicySet set = good(text_of("shop.toml"));
  EXPECT_EQ(set.pool("orders-write")->size, 5);
  EXPECT_EQ(set.pool("orders-write")->sizing.steps,
            "ceil(hikari(4, 1) / 2) = ceil(9 / 2) = ceil(4.5) = 5");
  EXPECT_EQ(set.pool("sessions")->sizing.steps, "9 / 2 = 4.5, rounded up to 5");
  EXPECT_EQ(good(text_of("shop.toml"), {{"REPLICAS", "9"}}).pool("orders-write")->size, 1);
}

TEST(LoadedPolicy, HasDefaultsOfItsOwnForHttp) {
  const PolicySet set = good(text_of("shop.toml"));
  EXPECT_EQ(set.pool("payments")->idle_timeout, 50s);
  EXPECT_EQ(set.pool("payments")->keepalive, 0s);
  EXPECT_EQ(set.pool("payments")->app_name, "payments@shop");
  EXPECT_EQ(set.pool("sessions")->idle_timeout, 5min);
}

TEST(LoadedPolicy, LetsMoreCallersWaitForALargerPool) {
  EXPECT_EQ(
      good(std::string(kRedis) + "[pool.a]\nserver = \"s\"\nsize = 100\n").pools[0].max_waiters,
      400);
}

TEST(LoadedPolicy, CarriesItsWarnings) {
  const PolicySet set = good(text_of("warnings.toml"));
  EXPECT_EQ(render(set.warnings),
            "warning[M072]: no pool uses [server.b]\n"
            "  --> pools.toml:3:12\n"
            "   |\n"
            " 3 | server.b = { backend = \"redis\", endpoint = \"localhost\" }\n"
            "   |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "\n"
            "warning[M073]: callers of pool `a` may wait longer than 10s\n"
            "  --> pools.toml:7:19\n"
            "   |\n"
            " 7 | acquire_timeout = \"15s\"\n"
            "   |                   ^^^^^\n"
            "   = help: long waits hide outages and pile up callers\n"
            "\n"
            "warning[M071]: connections of pool `a` that open together end together\n"
            "  --> pools.toml:8:19\n"
            "   |\n"
            " 8 | lifetime_jitter = \"0%\"\n"
            "   |                   ^^^^\n"
            "   = help: a lifetime_jitter such as \"25%\" spreads them\n");
}

TEST(LoadedPolicy, MayStartWithAByteOrderMarkAndEndLinesAsWindowsDoes) {
  std::string text = "\xEF\xBB\xBF";
  for (const char c : text_of("minimal.toml")) {
    text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  }
  EXPECT_EQ(good(text).pools.size(), 1U);
  const auto refused = load_text(text + "colour = 1\r\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error()[0].source_line, "colour = 1");
}

TEST(LoadedPolicy, NeverShowsAnAddressThatHoldsCredentials) {
  const std::string text = std::string(kRedis) +
                           "server.d = { backend = \"postgres\", endpoint = \"${env:URL}\" }\n"
                           "[pool.a]\nserver = \"s\"\n";
  const auto refused = load_text(text, {{"URL", "postgres://u:hunter2@db/orders"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(render(refused.error()).find("hunter2"), std::string::npos);
}

TEST(LoadedPolicy, OfAnyTextIsAcceptedOrRefusedWithFindings) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const auto set = load_text(text);
    RC_ASSERT(set || !render(set.error()).empty());
  }));
}

TEST(LoadedPolicy, OfShuffledLinesNeverShowsALiteralSecret) {
  EXPECT_TRUE(rc::check([] {
    const auto line = rc::gen::element<std::string>(
        "version = 1\n", "[server.a]\n", "[pool.b]\n", "password = \"hunter2\"\n",
        "password = hunter2\n", "passwd='hunter2'", "password = '''\nhunter2\n",
        "password = \"\"\"\nhunter2\n\"\"\"\n", "backend = \"redis\"\n", "[[\n", "\t",
        "x = { password = \"hunter2\", size = 3 }\n", "server = \"a\"\n", "size = \"\n",
        "endpoint = \"redis://:hunter2@localhost\"\n");
    std::string text;
    for (const std::string& next : *rc::gen::container<std::vector<std::string>>(line)) {
      text += next;
    }
    const auto set = load_text(text);
    RC_ASSERT(set || render(set.error()).find("hunter2") == std::string::npos);
  }));
}

}  // namespace
}  // namespace millpond::policy::toml
