#include "millpond/drivers/net/tcp_dial.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/net/file_descriptor.h"
#include "millpond/tests/harness/servers/free_port.h"
#include "millpond/tests/harness/servers/silent_listener.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

int option(int fd, int level, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(fd, level, name, &value, &size), 0);
  return value;
}

TEST(TcpDial, GivesABlockingSocketThatNoChildInheritsAndThatNoticesADeadPeer) {
  const harness::SilentListener listener;
  const auto socket = tcp_dial({"127.0.0.1"}, listener.port(), 5s, Budget{10s});
  ASSERT_TRUE(socket) << socket.error().message;
  const int fd = socket->get();
  EXPECT_EQ(::fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  EXPECT_EQ(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_KEEPIDLE), 15);
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), 5000);
}

TEST(TcpDial, SaysWhoRefused) {
  const auto port = static_cast<std::uint16_t>(harness::free_port());
  const auto socket = tcp_dial({"127.0.0.1"}, port, 0s, Budget{10s});
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().kind, ErrorKind::kRefused);
  EXPECT_EQ(socket.error().phase, "connect");
  EXPECT_EQ(socket.error().message, "connect to 127.0.0.1 port " + std::to_string(port) +
                                        ": Connection refused (errno 111)");
}

TEST(TcpDial, TriesTheNextAddress) {
  const harness::SilentListener listener;
  EXPECT_TRUE(tcp_dial({"::1", "127.0.0.1"}, listener.port(), 0s, Budget{10s}));
}

TEST(TcpDial, ReportsTheLastFailureOfSeveral) {
  const auto port = static_cast<std::uint16_t>(harness::free_port());
  const auto socket = tcp_dial({"not-numeric", "127.0.0.1"}, port, 0s, Budget{10s});
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().kind, ErrorKind::kRefused);
}

TEST(TcpDial, WithoutTimeLeftSaysSo) {
  std::stop_source stop;
  stop.request_stop();
  // A listener whose queue is full drops what comes next: a peer that is there and does not answer.
  const FileDescriptor full{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(full.get(), plain, size), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  ASSERT_EQ(::getsockname(full.get(), plain, &size), 0);
  const std::uint16_t port = ntohs(address.sin_port);
  const auto taken = tcp_dial({"127.0.0.1"}, port, 0s, Budget{10s});
  ASSERT_TRUE(taken);
  const auto also_taken = tcp_dial({"127.0.0.1"}, port, 0s, Budget{100ms});

  const auto late = tcp_dial({"127.0.0.1"}, port, 0s, Budget{100ms});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::kTimeout);
  const auto called_off = tcp_dial({"127.0.0.1"}, port, 0s, Budget{10s, stop.get_token()});
  ASSERT_FALSE(called_off);
  EXPECT_EQ(called_off.error().kind, ErrorKind::kCancelled);
}

TEST(TcpDial, BlamesThisHostWhenItIsOutOfDescriptors) {
  const harness::SilentListener listener;
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto socket = tcp_dial({"127.0.0.1"}, listener.port(), 0s, Budget{10s});
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().kind, ErrorKind::kLocalExhaustion);
}

}  // namespace
}  // namespace millpond::drivers
