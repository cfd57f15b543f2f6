// Budgets of whole files: whatever an operator writes, an accepted policy keeps every limit.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <map>
#include <string>

#include "millpond/policy/fd_budget.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/policy/pool_size.h"
#include "millpond/policy/toml/loader.h"

namespace millpond::policy::toml {
namespace {

constexpr DescriptorLimits kLimits{.soft = 1024, .hard = 4096, .open = 20};
constexpr std::int64_t kPorts = 28232;

tl::expected<PolicySet, Findings> load_text(const std::string& text) {
  return load({"pools.toml", text},
              {.host = {.cores = 4, .descriptors = kLimits, .ephemeral_ports = kPorts}});
}

std::string any_server(int index) {
  return fmt::format(
      "[server.s{}]\nbackend = \"{}\"\nendpoint = \"127.0.0.1\"\nmax_connections = {}\n"
      "reserved = {}\nshare = \"{}%\"\n",
      index, *rc::gen::element<std::string>("postgres", "mysql", "redis", "http"),
      *rc::gen::inRange(10, 2000), *rc::gen::inRange(0, 9), *rc::gen::inRange(1, 101));
}

std::string any_pool(int index, int servers) {
  std::string text = fmt::format("[pool.p{}]\nserver = \"s{}\"\nsize = {}\nweight = {}\n", index,
                                 *rc::gen::inRange(0, servers), *rc::gen::inRange(1, 400),
                                 *rc::gen::inRange(1, 10));
  text += *rc::gen::element<std::string>("", "on_over_budget = \"clamp\"\n");
  text += *rc::gen::element<std::string>("", "max = 50\n", "min_size = 3\n");
  text += *rc::gen::element<std::string>("", "threads = 4\nleases_per_thread = 2\n");
  text += *rc::gen::element<std::string>("", "rotation_spare = 2\n", "rotation_spare = 0\n");
  text += *rc::gen::element<std::string>("", "overflow = \"open-and-close\"\noverflow_max = 3\n");
  return text;
}

std::string any_policy() {
  const int servers = *rc::gen::inRange(1, 4);
  const int pools = *rc::gen::inRange(1, 6);
  std::string text = fmt::format(
      "version = 1\n[process]\non_fd_shortfall = \"{}\"\n[fleet]\ninstances = {}\nsurge = "
      "\"{}%\"\n",
      *rc::gen::element<std::string>("fail", "clamp"), *rc::gen::inRange(1, 5),
      *rc::gen::inRange(0, 101));
  for (int i = 0; i < servers; ++i) {
    text += any_server(i);
  }
  for (int i = 0; i < pools; ++i) {
    text += any_pool(i, servers);
  }
  return text;
}

TEST(AcceptedPolicy, KeepsEveryPoolBetweenItsFloorAndItsCaps) {
  EXPECT_TRUE(rc::check([] {
    const auto set = load_text(any_policy());
    RC_PRE(set.has_value());
    for (const PoolPolicy& pool : set->pools) {
      RC_ASSERT(pool.size >= pool.min_size && pool.size >= 1);
      RC_ASSERT(pool.size <= pool.max);
      RC_ASSERT(pool.size <= pool.sizing.cap);
      const bool counted = pool.threads > 0;
      RC_ASSERT(!counted || pool.size >= deadlock_floor(pool.threads, pool.leases_per_thread));
    }
  }));
}

TEST(AcceptedPolicy, KeepsAllSessionsOfAServerWithinItsBudget) {
  EXPECT_TRUE(rc::check([] {
    const auto set = load_text(any_policy());
    RC_PRE(set.has_value());
    std::map<std::string, std::int64_t> sessions;
    for (const PoolPolicy& pool : set->pools) {
      sessions[pool.server] += pool.most_sessions();
    }
    for (const auto& [name, count] : sessions) {
      RC_ASSERT(count <= set->server(name)->fair);
    }
  }));
}

TEST(AcceptedPolicy, FitsIntoTheLimitOfFileDescriptors) {
  EXPECT_TRUE(rc::check([] {
    const auto set = load_text(any_policy());
    RC_PRE(set.has_value());
    std::vector<FdPool> pools;
    for (const PoolPolicy& pool : set->pools) {
      pools.push_back({.connections = pool.most_sessions(),
                       .backend = set->server(pool.server)->backend,
                       .dials = pool.max_concurrent_dials});
    }
    const FdNeed need =
        worst_case(pools, {.open_now = kLimits.open, .reserve = set->process.fd_reserve});
    RC_ASSERT(need.total() <= kLimits.soft);
  }));
}

// One pool that wants more than anybody gives: what it gets is the budget itself.
std::int64_t greedy(int most, int share, int instances) {
  const auto set = load_text(
      fmt::format("version = 1\n[fleet]\ninstances = {}\n[server.s]\nbackend = \"redis\"\n"
                  "endpoint = \"127.0.0.1\"\nmax_connections = {}\nshare = \"{}%\"\n[process]\n"
                  "on_fd_shortfall = \"warn\"\n[pool.p]\nserver = \"s\"\nsize = 9999\n"
                  "on_over_budget = \"clamp\"\n",
                  instances, most, share));
  RC_PRE(set.has_value());
  return set->pools[0].size;
}

TEST(AcceptedPolicy, GivesNoLessWhereTheBudgetIsLarger) {
  EXPECT_TRUE(rc::check([] {
    const int most = *rc::gen::inRange(100, 5000);
    const int share = *rc::gen::inRange(20, 100);
    const int instances = *rc::gen::inRange(1, 5);
    const std::int64_t base = greedy(most, share, instances);
    RC_ASSERT(greedy(most + *rc::gen::inRange(0, 100), share, instances) >= base);
    RC_ASSERT(greedy(most, share + 1, instances) >= base);
    RC_ASSERT(greedy(most, share, instances + 1) <= base);
  }));
}

}  // namespace
}  // namespace millpond::policy::toml
