#include "millpond/tests/drivers/http/post_storm.h"

#include <gtest/gtest.h>

namespace millpond::harness {
namespace {

TEST(PostStormTest, NoPostArrivesTwiceWheneverTheServerCloses) {
  constexpr int kPosts = 9 * 2 * 25;  // each moment and size
  const PostStorm storm = post_storm(kPosts);
  EXPECT_EQ(storm.posts, kPosts);
  EXPECT_EQ(storm.worst, 1);
  EXPECT_GE(storm.arrived, kPosts * 7 / 9) << "closed too early to prove anything";
  // Closed before the POST, and the driver saw it; closed with the whole answer given.
  EXPECT_GE(storm.answered, kPosts * 2 / 9);
  EXPECT_EQ(storm.answered + storm.unusable, kPosts);
}

}  // namespace
}  // namespace millpond::harness
