// What the sockets that libcurl gets are given, in the clear and over TLS, on IPv4 and IPv6.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/http/driver.h"
#include "millpond/drivers/http/http.h"
#include "millpond/drivers/http/session.h"
#include "millpond/drivers/socket_observer.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/tls_files.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""s;

struct Way {
  const char* address;
  TlsMode tls;
};

void PrintTo(const Way& way, std::ostream* out) {
  *out << way.address << (way.tls == TlsMode::kOff ? " in the clear" : " over TLS");
}

class HttpSocket : public testing::TestWithParam<Way> {
 protected:
  HttpSocket()
      : server_({.tls = GetParam().tls == TlsMode::kOff ? harness::TlsFiles{}
                                                        : certificates_.server()}),
        gate_(server_.port(), {.address = GetParam().address}) {
    ::signal(SIGPIPE, SIG_IGN);  // as the registry does
  }

  std::unique_ptr<Connection> connected() {
    auto connection = make_http_driver()->connect(
        {.host = GetParam().address, .port = gate_.port(), .tls = {.mode = GetParam().tls}},
        {.read_timeout = 10s, .tcp_user_timeout = 5s}, Budget{10s});
    if (!connection) {
      throw std::runtime_error(connection.error().message);
    }
    return std::move(*connection);
  }

  static int option(int socket, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(socket, level, name, &value, &size);
    return value;
  }

  static void expect_options(int socket) {
    EXPECT_EQ(option(socket, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPIDLE), 15);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPINTVL), 5);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_KEEPCNT), 3);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 5'000);
    EXPECT_EQ(option(socket, IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(::fcntl(socket, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  }

  harness::Certificates certificates_;
  harness::Nginx server_;
  harness::Gate gate_;
};

TEST_P(HttpSocket, HasTheOptionsOfAPooledSocket) {
  const auto connection = connected();
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  ::getsockname(connection->watch_fd(), reinterpret_cast<sockaddr*>(&own), &size);
  const bool is_v6 = std::string{GetParam().address} == "::1";
  EXPECT_EQ(own.ss_family, is_v6 ? AF_INET6 : AF_INET);
  expect_options(connection->watch_fd());
  ASSERT_EQ(Http::handle(*connection).get("/status")->status, 200);
  expect_options(connection->watch_fd());
}

// What a pool would watch.
struct Notes final : SocketObserver {
  void opened(int socket) noexcept override {
    // One that is not connected would look as if its peer had hung up.
    pollfd connected{.fd = socket, .events = POLLRDHUP, .revents = 0};
    EXPECT_EQ(::poll(&connected, 1, 0), 0) << "told too early";
    open.push_back(socket);
    ++told;
  }
  void closing(int socket) noexcept override {
    EXPECT_GE(::fcntl(socket, F_GETFD), 0) << "told too late";
    std::erase(open, socket);
  }

  std::vector<int> open;
  int told = 0;
};

TEST_P(HttpSocket, IsToldOfWhenItIsConnectedAndBeforeItIsClosed) {
  Notes notes;
  const auto connection = connected();
  connection->observe_sockets(&notes);
  EXPECT_EQ(notes.open, std::vector{connection->watch_fd()});
  ASSERT_EQ(Http::handle(*connection).get("/status")->status, 200);
  EXPECT_EQ(notes.told, 1) << "one socket, told once";

  // The other end hangs up, and libcurl opens another socket by itself.
  ::shutdown(connection->watch_fd(), SHUT_RD);
  ASSERT_EQ(Http::handle(*connection).get("/status")->status, 200);
  EXPECT_EQ(notes.told, 2);
  EXPECT_EQ(notes.open, std::vector{connection->watch_fd()});

  connection->observe_sockets(nullptr);
}

TEST_P(HttpSocket, IsToldOfBeforeItsConnectionGoes) {
  Notes notes;
  auto connection = connected();
  connection->observe_sockets(&notes);
  connection.reset();
  EXPECT_EQ(notes.told, 1);
  EXPECT_TRUE(notes.open.empty());
}

INSTANTIATE_TEST_SUITE_P(Each, HttpSocket,
                         testing::Values(Way{"127.0.0.1", TlsMode::kOff},
                                         Way{"127.0.0.1", TlsMode::kRequire},
                                         Way{"::1", TlsMode::kOff}, Way{"::1", TlsMode::kRequire}));

}  // namespace
}  // namespace millpond::drivers
