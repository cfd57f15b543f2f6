// When one endpoint may be dialled: the window of dials at once, the breaker, credentials.
#include "millpond/policy/endpoint_health.h"

#include <gtest/gtest.h>

namespace millpond::policy {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMost = 8;

class EndpointHealthTest : public testing::Test {
 protected:
  int begin_all() {
    int begun = 0;
    for (; health_.may_dial(now_, kMost); ++begun) {
      health_.on_dial(now_);
    }
    return begun;
  }
  void fail(Duration pause = 0us) {
    health_.on_dial(now_);
    health_.on_failure(now_ + pause);
  }
  void succeed() {
    health_.on_dial(now_);
    health_.on_success(now_);
  }
  void bring_down(Duration pause) {
    for (int i = 0; i < EndpointHealth::kFailuresUntilDown; ++i) {
      fail(pause);
    }
  }

  EndpointHealth health_;
  Duration now_ = 1h;
};

TEST_F(EndpointHealthTest, OneDialGoesFirstAndEachSuccessDoublesTheNext) {
  EXPECT_EQ(begin_all(), 1);
  health_.on_success(now_);
  EXPECT_EQ(begin_all(), 2);
  health_.on_success(now_);
  EXPECT_EQ(begin_all(), 3);  // four at once, one of which goes on
  health_.on_success(now_);
  EXPECT_EQ(begin_all(), 5);
  EXPECT_EQ(health_.dials(), kMost);
}

TEST_F(EndpointHealthTest, AFailureClosesTheWindowAgain) {
  for (int i = 0; i < 3; ++i) {
    succeed();
  }
  fail();
  EXPECT_EQ(begin_all(), 1);
}

TEST_F(EndpointHealthTest, ABrokenSessionClosesTheWindowToo) {
  for (int i = 0; i < 3; ++i) {
    succeed();
  }
  health_.on_broken_session();
  EXPECT_EQ(begin_all(), 1);
}

TEST_F(EndpointHealthTest, AfterAQuietSecondOneDialGoesFirstAgain) {
  for (int i = 0; i < 3; ++i) {
    succeed();
  }
  now_ += EndpointHealth::kFreshness;
  EXPECT_EQ(health_.window(now_), 8);
  now_ += 1us;
  EXPECT_EQ(begin_all(), 1);
}

TEST_F(EndpointHealthTest, AWedgedDialCostsItsOwnPlaceOnly) {
  health_.on_dial(now_);
  now_ += EndpointHealth::kPatience - 1us;
  EXPECT_FALSE(health_.may_dial(now_, kMost));
  now_ += 1us;
  EXPECT_TRUE(health_.stalled(now_));
  EXPECT_EQ(begin_all(), 1);
  EXPECT_FALSE(health_.may_dial(now_ + 1h, 2));  // never more than the policy allows
}

TEST_F(EndpointHealthTest, ItIsDownAfterThreeFailuresInARow) {
  fail();
  fail();
  succeed();
  fail();
  fail();
  EXPECT_FALSE(health_.down());
  EXPECT_TRUE(health_.suspect());
  fail();
  EXPECT_TRUE(health_.down());
}

TEST_F(EndpointHealthTest, WhileItIsDownOneDialAtATimeTriesItWhenItsTimeHasCome) {
  bring_down(100ms);
  EXPECT_EQ(begin_all(), 0);
  now_ += 100ms;
  EXPECT_EQ(begin_all(), 1);
  now_ += 1h;  // wedged, and alone all the same
  EXPECT_EQ(begin_all(), 0);
  health_.on_success(now_);
  EXPECT_FALSE(health_.down());
  EXPECT_EQ(begin_all(), 2);
}

TEST_F(EndpointHealthTest, RejectedCredentialsBarItUntilThereAreOthers) {
  health_.bar();
  EXPECT_TRUE(health_.down());
  now_ += 24h;
  EXPECT_EQ(begin_all(), 0);
  health_.unbar();
  EXPECT_FALSE(health_.suspect());
  EXPECT_EQ(begin_all(), 1);
}

TEST_F(EndpointHealthTest, BrokenSessionsInARowMakeItAnOutlier) {
  for (int i = 1; i < EndpointHealth::kBrokenUntilOutlier; ++i) {
    health_.on_broken_session();
  }
  succeed();  // that it can be dialled proves nothing of its sessions
  health_.on_answer();
  health_.on_broken_session();
  EXPECT_FALSE(health_.outlier());
  for (int i = 1; i < EndpointHealth::kBrokenUntilOutlier; ++i) {
    health_.on_broken_session();
  }
  EXPECT_TRUE(health_.outlier());
  health_.eject(now_ + 1s);
  EXPECT_TRUE(health_.down());
  EXPECT_FALSE(health_.may_dial(now_, kMost));
  EXPECT_TRUE(health_.may_dial(now_ + 1s, kMost));
}

}  // namespace
}  // namespace millpond::policy
