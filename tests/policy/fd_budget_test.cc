#include "millpond/policy/fd_budget.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <vector>

namespace millpond::policy {
namespace {

// The specification's example: 60×1 + 400×3 + dials 16 + outside 42 + reserve 64 = 1,382.
TEST(FdBudget, AddsUpAsInTheSpecification) {
  const FdNeed need = worst_case({{.connections = 60, .backend = Backend::kPostgres, .dials = 4},
                                  {.connections = 400, .backend = Backend::kHttp, .dials = 4}},
                                 {.open_now = 42, .reserve = 64});
  EXPECT_EQ(need.connections, 1260);
  EXPECT_EQ(need.dials, 16);
  EXPECT_EQ(need.total(), 1382);
}

TEST(FdBudget, KnowsTheLimitOnceItIsRaised) {
  const DescriptorLimits limits{.soft = 1024, .hard = 4096};
  EXPECT_EQ(soft_limit({.raise_nofile = 0}, limits), 1024);
  EXPECT_EQ(soft_limit({.raise_nofile = 2048}, limits), 2048);
  EXPECT_EQ(soft_limit({.raise_nofile = kUnlimited}, limits), 4096);
  EXPECT_EQ(soft_limit({.raise_nofile = 100}, limits), 1024);
}

std::vector<FdPool> any_pools() {
  std::vector<FdPool> pools;
  const int count = *rc::gen::inRange(1, 20);
  for (int i = 0; i < count; ++i) {
    pools.push_back({.connections = *rc::gen::inRange<std::int64_t>(1, 10'000),
                     .backend = *rc::gen::element(Backend::kRedis, Backend::kHttp),
                     .dials = *rc::gen::inRange<std::int64_t>(1, 100)});
  }
  return pools;
}

TEST(FdBudget, IsKeptByPoolsThatAreShrunkToIt) {
  EXPECT_TRUE(rc::check([] {
    std::vector<FdPool> pools = any_pools();
    const FdOutside outside{.open_now = 42, .reserve = 64};
    const auto limit = *rc::gen::inRange<std::int64_t>(5000, 200'000);
    const std::vector<std::int64_t> shrunk = shrunk_to(limit, pools, outside);
    RC_ASSERT(shrunk.size() == pools.size());
    for (std::size_t i = 0; i < pools.size(); ++i) {
      RC_ASSERT(shrunk[i] <= pools[i].connections);
      pools[i].connections = shrunk[i];
    }
    RC_ASSERT(worst_case(pools, outside).total() <= limit);
  }));
}

TEST(FdBudget, LeavesPoolsThatFitAsTheyAre) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<FdPool> pools = any_pools();
    const std::vector<std::int64_t> shrunk =
        shrunk_to(worst_case(pools, {}).total(), pools, FdOutside{});
    for (std::size_t i = 0; i < pools.size(); ++i) {
      RC_ASSERT(shrunk[i] == pools[i].connections);
    }
  }));
}

TEST(FdBudget, GivesMoreWhereTheLimitIsHigher) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<FdPool> pools = any_pools();
    const auto limit = *rc::gen::inRange<std::int64_t>(1000, 200'000);
    const auto low = shrunk_to(limit, pools, {});
    const auto high = shrunk_to(limit + *rc::gen::inRange<std::int64_t>(0, 5000), pools, {});
    for (std::size_t i = 0; i < pools.size(); ++i) {
      RC_ASSERT(high[i] >= low[i]);
    }
  }));
}

}  // namespace
}  // namespace millpond::policy
