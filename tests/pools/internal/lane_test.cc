// How many of a pool's tasks run at once.
#include "millpond/pools/internal/lane.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "millpond/tests/harness/fake_env/fake_env.h"

namespace millpond::internal {
namespace {

class LaneTest : public testing::Test {
 protected:
  void post(int task) {
    EXPECT_TRUE(lane_->post([this, task] { done_.push_back(task); }));
  }

  harness::FakeEnv env_;
  std::shared_ptr<Lane> lane_ = std::make_shared<Lane>(env_.executor(), 2);
  std::vector<int> done_;
};

TEST_F(LaneTest, NoMoreThanItsShareIsGivenToTheExecutor) {
  for (int task = 1; task <= 5; ++task) {
    post(task);
  }
  EXPECT_EQ(env_.posted(), 2U);
}

TEST_F(LaneTest, TheRestFollowsInItsOrder) {
  for (int task = 1; task <= 5; ++task) {
    post(task);
  }
  env_.run_posted();
  EXPECT_EQ(done_, (std::vector<int>{1, 3, 4, 5, 2}));  // the first worker goes on with the rest
  post(6);
  post(7);
  EXPECT_EQ(env_.posted(), 2U);
}

TEST_F(LaneTest, ATaskMayPostAnother) {
  EXPECT_TRUE(lane_->post([this] { post(1); }));
  env_.run_posted();
  EXPECT_EQ(done_, std::vector<int>{1});
}

TEST_F(LaneTest, AnExecutorThatHasStoppedIsTold) {
  env_.executor().stop();
  EXPECT_FALSE(lane_->post([] {}));
  EXPECT_FALSE(lane_->post([] {}));
  EXPECT_FALSE(lane_->post([] {}));
}

}  // namespace
}  // namespace millpond::internal
