#include "millpond/policy/server_budget.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace millpond::policy {
namespace {

TEST(ServerBudget, IsWhatTheSpecificationWorksOut) {
  EXPECT_EQ(usable_sessions({.most = 200, .reserved = 3, .share = 0.8}), 157);
  EXPECT_EQ(surging_instances({.instances = 6, .surge = 0.25}), 2);
  EXPECT_EQ(fair_share(157, {.instances = 6, .surge = 0.25}), 19);
  EXPECT_EQ(part_of(19, {.weight = 2, .total = 3}), 12);
}

TEST(ServerBudget, RoundsSharesAsOnPaper) {
  // 0.29 * 100 is 28.999... in binary.
  EXPECT_EQ(usable_sessions({.most = 100, .share = 0.29}), 29);
  EXPECT_EQ(surging_instances({.instances = 100, .surge = 0.07}), 7);
  EXPECT_EQ(surging_instances({.instances = 1, .surge = 0.001}), 1);
}

TEST(ServerBudget, IsNothingWhereTheReserveTakesAll) {
  EXPECT_EQ(usable_sessions({.most = 3, .reserved = 3}), 0);
  EXPECT_EQ(usable_sessions({.most = 3, .reserved = 5}), 0);
  EXPECT_EQ(fair_share(0, {.instances = 4}), 0);
}

struct Case {
  ServerBudget budget;
  Fleet fleet;
};

Case any_case() {
  return {{.most = *rc::gen::inRange<std::int64_t>(1, 10'000'000),
           .reserved = *rc::gen::inRange<std::int64_t>(0, 1000),
           .share = static_cast<double>(*rc::gen::inRange(1, 101)) / 100},
          {.instances = *rc::gen::inRange<std::int64_t>(1, 100'000),
           .surge = static_cast<double>(*rc::gen::inRange(0, 401)) / 100}};
}

std::int64_t fair_of(const Case& each) {
  return fair_share(usable_sessions(each.budget), each.fleet);
}

TEST(ServerBudget, IsNeverExceededByTheWholeFleetWhileItSurges) {
  EXPECT_TRUE(rc::check([] {
    const Case each = any_case();
    const std::int64_t running = each.fleet.instances + surging_instances(each.fleet);
    const std::int64_t sessions = fair_of(each) * running;
    RC_ASSERT(sessions <= usable_sessions(each.budget));
    RC_ASSERT(sessions + each.budget.reserved <= each.budget.most || sessions == 0);
  }));
}

TEST(ServerBudget, IsNeverExceededByThePartsOfItsPools) {
  EXPECT_TRUE(rc::check([] {
    const auto fair = *rc::gen::inRange<std::int64_t>(0, 10'000'000);
    const auto weights = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(
        rc::gen::inRange<std::int64_t>(1, 1'000'001)));
    const std::int64_t total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    std::int64_t sum = 0;
    for (const std::int64_t weight : weights) {
      sum += part_of(fair, {weight, total});
    }
    RC_ASSERT(sum <= fair);
    // What rounding leaves is less than one a pool.
    RC_ASSERT(fair - sum < static_cast<std::int64_t>(weights.size()));
  }));
}

TEST(ServerBudget, GrowsWithTheServerAndItsShareAndShrinksWithTheFleet) {
  EXPECT_TRUE(rc::check([] {
    const Case base = any_case();
    Case larger = base;
    larger.budget.most += *rc::gen::inRange<std::int64_t>(0, 1000);
    Case wider = base;
    wider.budget.share = 1;
    Case reserving = base;
    reserving.budget.reserved += *rc::gen::inRange<std::int64_t>(0, 1000);
    Case crowded = base;
    crowded.fleet.instances += *rc::gen::inRange<std::int64_t>(0, 1000);
    Case surging = base;
    surging.fleet.surge += 0.5;
    RC_ASSERT(fair_of(larger) >= fair_of(base));
    RC_ASSERT(fair_of(wider) >= fair_of(base));
    RC_ASSERT(fair_of(reserving) <= fair_of(base));
    RC_ASSERT(fair_of(crowded) <= fair_of(base));
    RC_ASSERT(fair_of(surging) <= fair_of(base));
  }));
}

}  // namespace
}  // namespace millpond::policy
