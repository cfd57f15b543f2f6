#include "millpond/policy/pool_size.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdint>

namespace millpond::policy {
namespace {

TEST(PoolSize, IsWhatIsWantedBetweenFloorAndCap) {
  const FittedSize fitted = fit_size({.want = 6, .floor = 1, .cap = 12});
  EXPECT_EQ(fitted.size, 6);
  EXPECT_EQ(fitted.fit, Fit::kAsWanted);
}

TEST(PoolSize, IsRaisedToItsFloor) {
  const FittedSize fitted = fit_size({.want = -3, .floor = 2});
  EXPECT_EQ(fitted.size, 2);
  EXPECT_EQ(fitted.fit, Fit::kRaised);
}

TEST(PoolSize, IsLoweredToItsCap) {
  const FittedSize fitted = fit_size({.want = 60, .floor = 1, .cap = 12});
  EXPECT_EQ(fitted.size, 12);
  EXPECT_EQ(fitted.fit, Fit::kCapped);
}

TEST(PoolSize, CannotBeWhereTheFloorIsAboveTheCap) {
  EXPECT_EQ(fit_size({.want = 5, .floor = 6, .cap = 4}).fit, Fit::kFloorAboveCap);
  EXPECT_EQ(fit_size({.want = 5, .floor = 1, .cap = 0}).size, 1);
}

// HikariCP, "About Pool Sizing": 3 threads with 4 connections each need 10; 8 with 3 need 17.
TEST(DeadlockFloor, IsWhatHikariCpsExamplesSay) {
  EXPECT_EQ(deadlock_floor(3, 4), 10);
  EXPECT_EQ(deadlock_floor(8, 3), 17);
  EXPECT_EQ(deadlock_floor(8, 1), 1);
}

SizeRequest any_request() {
  return {.want = *rc::gen::inRange<std::int64_t>(-100, 20'000),
          .floor = *rc::gen::inRange<std::int64_t>(1, 10'000),
          .cap = *rc::gen::inRange<std::int64_t>(0, 20'000)};
}

TEST(PoolSize, IsNeverAboveItsCapNorBelowItsFloor) {
  EXPECT_TRUE(rc::check([] {
    const SizeRequest request = any_request();
    const FittedSize fitted = fit_size(request);
    RC_PRE(fitted.fit != Fit::kFloorAboveCap);
    RC_ASSERT(fitted.size <= request.cap);
    RC_ASSERT(fitted.size >= request.floor);
  }));
}

TEST(PoolSize, IsRefusedExactlyWhereNoSizeWouldDo) {
  EXPECT_TRUE(rc::check([] {
    const SizeRequest request = any_request();
    RC_ASSERT((fit_size(request).fit == Fit::kFloorAboveCap) == (request.floor > request.cap));
  }));
}

TEST(PoolSize, GrowsWithWhatIsWantedWithTheFloorAndWithTheCap) {
  EXPECT_TRUE(rc::check([] {
    const SizeRequest base = any_request();
    const auto more = *rc::gen::inRange<std::int64_t>(0, 1000);
    SizeRequest wanting = base;
    wanting.want += more;
    SizeRequest higher = base;
    higher.floor += more;
    SizeRequest wider = base;
    wider.cap += more;
    RC_PRE(fit_size(higher).fit != Fit::kFloorAboveCap);
    RC_ASSERT(fit_size(wanting).size >= fit_size(base).size);
    RC_ASSERT(fit_size(higher).size >= fit_size(base).size);
    RC_ASSERT(fit_size(wider).size >= fit_size(base).size);
  }));
}

}  // namespace
}  // namespace millpond::policy
