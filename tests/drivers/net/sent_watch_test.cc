#include "millpond/drivers/net/sent_watch.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "millpond/drivers/net/file_descriptor.h"

namespace millpond::drivers {
namespace {

// Both ends of a TCP connection over loopback.
class SentWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    const FileDescriptor listener{::socket(AF_INET, SOCK_STREAM, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(listener.get(), generic, size), 0);
    ASSERT_EQ(::listen(listener.get(), 1), 0);
    ASSERT_EQ(::getsockname(listener.get(), generic, &size), 0);
    ours_ = ::socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(::connect(ours_, generic, size), 0);
    theirs_ = ::accept(listener.get(), nullptr, nullptr);
    ASSERT_GE(theirs_, 0);
  }
  void TearDown() override {
    ::close(ours_);
    ::close(theirs_);
  }

  bool send_to_peer() const { return ::send(ours_, "x", 1, MSG_NOSIGNAL) == 1; }

  int ours_ = -1;
  int theirs_ = -1;
};

TEST_F(SentWatchTest, TellsWhetherAnythingLeft) {
  const SentWatch watch{ours_};
  EXPECT_TRUE(watch.nothing_sent());
  ASSERT_TRUE(send_to_peer());
  EXPECT_FALSE(watch.nothing_sent());
}

TEST_F(SentWatchTest, WhatLeftBeforeDoesNotCount) {
  ASSERT_TRUE(send_to_peer());
  const SentWatch watch{ours_};
  EXPECT_TRUE(watch.nothing_sent());
}

TEST_F(SentWatchTest, KnowsItOfASocketThatWasReset) {
  const SentWatch watch{ours_};
  const linger abortive{.l_onoff = 1, .l_linger = 0};
  ASSERT_EQ(::setsockopt(theirs_, SOL_SOCKET, SO_LINGER, &abortive, sizeof abortive), 0);
  ::close(theirs_);
  char nothing = 0;
  ASSERT_EQ(::recv(ours_, &nothing, 1, 0), -1);
  EXPECT_FALSE(send_to_peer());
  ::close(ours_);
  ours_ = theirs_ = -1;
  EXPECT_TRUE(watch.nothing_sent());
}

TEST_F(SentWatchTest, WithoutATcpSocketNothingIsCertain) {
  EXPECT_FALSE(SentWatch{-1}.nothing_sent());
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  EXPECT_FALSE(SentWatch{pair[0]}.nothing_sent());
  ::close(pair[0]);
  ::close(pair[1]);
}

}  // namespace
}  // namespace millpond::drivers
