#include "millpond/drivers/mysql/session_follower.h"

#include <gtest/gtest.h>

namespace millpond::drivers {
namespace {

class FollowingMysql : public testing::Test {
 protected:
  void start() {
    follower_.start([this] { follower_.on_track(SessionTrack::kState, "1"); });
  }

  MysqlSessionFollower follower_;
};

TEST_F(FollowingMysql, AServerThatSaysNothingIsNotFollowed) {
  EXPECT_TRUE(follower_.changed());
  follower_.start([] {});
  EXPECT_TRUE(follower_.changed());
  start();
  EXPECT_FALSE(follower_.changed());
  follower_.start([] {});
  EXPECT_TRUE(follower_.changed()) << "it no longer speaks";
}

TEST_F(FollowingMysql, WhatIsTrackedIsAChange) {
  for (const SessionTrack what :
       {SessionTrack::kSystemVariable, SessionTrack::kSchema, SessionTrack::kState}) {
    start();
    follower_.on_track(what, "x");
    EXPECT_TRUE(follower_.changed());
  }
}

TEST_F(FollowingMysql, ATransactionIsNoChangeButLockedTablesAre) {
  start();
  follower_.on_track(SessionTrack::kTransactionState, "T___W___");
  follower_.on_track(SessionTrack::kTransactionState, "________");
  EXPECT_FALSE(follower_.changed());
  follower_.on_track(SessionTrack::kTransactionState, "_______L");
  EXPECT_TRUE(follower_.changed());
}

TEST_F(FollowingMysql, CharacteristicsEndWithTheirTransaction) {
  start();
  follower_.on_track(SessionTrack::kTransactionCharacteristics, "SET TRANSACTION READ ONLY;");
  EXPECT_TRUE(follower_.has_characteristics());
  follower_.on_track(SessionTrack::kTransactionCharacteristics, "");
  EXPECT_FALSE(follower_.has_characteristics());
  EXPECT_FALSE(follower_.changed());
}

}  // namespace
}  // namespace millpond::drivers
