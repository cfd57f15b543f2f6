// The real watch over real sockets.
#include "millpond/pools/internal/death_watch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace millpond::internal {
namespace {

using namespace std::chrono_literals;

// Two ends of one connection.
class Wire {
 public:
  Wire() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()), 0); }
  ~Wire() {
    hang_up();
    close_own();
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  int own() const { return ends_[0]; }
  // And the other end reads it.
  void say(char what) const {
    EXPECT_EQ(write(ends_[1], &what, 1), 1);
    EXPECT_EQ(read(ends_[0], &what, 1), 1);
  }
  void hang_up() { close_one(ends_[1]); }
  void close_own() { close_one(ends_[0]); }

 private:
  static void close_one(int& end) {
    if (end >= 0) {
      close(end);
      end = -1;
    }
  }
  std::array<int, 2> ends_{-1, -1};
};

class DeathWatchTest : public testing::Test {
 protected:
  Task counted() {
    return [this] {
      const std::lock_guard lock(mutex_);
      ++told_;
      changed_.notify_all();
    };
  }
  bool await_told(int times) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return told_ >= times; });
  }
  int told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  // What happened before this is through, because one thread tells all.
  void settle() {
    Wire last;
    const int before = told();
    ASSERT_TRUE(deaths_.watch(last.own(), 1'000 + ++settled_, counted()));
    last.hang_up();
    ASSERT_TRUE(await_told(before + 1));
    deaths_.unwatch(1'000 + settled_);
    const std::lock_guard lock(mutex_);
    --told_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int told_ = 0;
  std::uint64_t settled_ = 0;
  DeathWatch deaths_;
};

TEST_F(DeathWatchTest, TellsOnceWhenThePeerHangsUp) {
  Wire wire;
  ASSERT_TRUE(deaths_.watch(wire.own(), 1, counted()));
  wire.hang_up();
  EXPECT_TRUE(await_told(1));
  settle();
  EXPECT_EQ(told(), 1);
}

TEST_F(DeathWatchTest, TellsOfWhatHungUpBefore) {
  Wire wire;
  wire.hang_up();
  ASSERT_TRUE(deaths_.watch(wire.own(), 1, counted()));
  EXPECT_TRUE(await_told(1));
}

TEST_F(DeathWatchTest, SleepsThroughWhateverThePeerSays) {
  Wire wire;
  ASSERT_TRUE(deaths_.watch(wire.own(), 1, counted()));
  for (int i = 0; i < 1'000; ++i) {
    wire.say('x');
  }
  const std::int64_t before = deaths_.wake_ups();
  EXPECT_EQ(before, 0);
  settle();
  EXPECT_EQ(deaths_.wake_ups(), 1) << "that of settle() alone";
}

TEST_F(DeathWatchTest, TellsNothingOfWhatIsNotWatchedAnyMore) {
  Wire wire;
  ASSERT_TRUE(deaths_.watch(wire.own(), 1, counted()));
  deaths_.unwatch(1);
  deaths_.unwatch(1);
  wire.hang_up();
  settle();
  EXPECT_EQ(told(), 0);
}

TEST_F(DeathWatchTest, ALateEndOfOneWatchDoesNotEndThatOfTheNextWithTheSameDescriptor) {
  Wire first;
  const int descriptor = first.own();
  ASSERT_TRUE(deaths_.watch(descriptor, 1, counted()));
  first.close_own();  // as a library does, unasked
  Wire second;
  ASSERT_EQ(second.own(), descriptor);
  ASSERT_TRUE(deaths_.watch(descriptor, 2, counted()));
  deaths_.unwatch(1);
  second.hang_up();
  EXPECT_TRUE(await_told(1));
}

TEST_F(DeathWatchTest, SaysWhatItCannotWatch) {
  EXPECT_FALSE(deaths_.watch(-1, 1, counted()));
  EXPECT_FALSE(deaths_.watch(1'000'000, 2, counted()));
  settle();
}

// A task may end the watch of what it was told, and of others: no lock is held meanwhile.
TEST_F(DeathWatchTest, ATaskMayEndWatches) {
  Wire wire;
  Wire other;
  ASSERT_TRUE(deaths_.watch(other.own(), 2, counted()));
  ASSERT_TRUE(deaths_.watch(wire.own(), 1, [this, count = counted()] {
    deaths_.unwatch(1);
    deaths_.unwatch(2);
    count();
  }));
  wire.hang_up();
  EXPECT_TRUE(await_told(1));
  other.hang_up();
  settle();
  EXPECT_EQ(told(), 1);
}

TEST_F(DeathWatchTest, WatchesNothingOnceItIsStopped) {
  Wire wire;
  ASSERT_TRUE(deaths_.watch(wire.own(), 1, counted()));
  deaths_.stop();
  EXPECT_FALSE(deaths_.watch(wire.own(), 2, counted()));
  deaths_.unwatch(1);
  deaths_.stop();
  wire.hang_up();
  EXPECT_EQ(told(), 0);
}

TEST_F(DeathWatchTest, AChildThatAbandonsItLeavesTheParentsWatchesAlone) {
  Wire wire;
  ASSERT_TRUE(deaths_.watch(wire.own(), 1, counted()));
  const pid_t child = fork();
  if (child == 0) {
    deaths_.abandon_in_child();
    deaths_.unwatch(1);  // would end the parent's
    wire.hang_up();
    _exit(deaths_.watch(wire.own(), 2, [] {}) ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(told(), 0);
  wire.hang_up();
  EXPECT_TRUE(await_told(1));
}

}  // namespace
}  // namespace millpond::internal
