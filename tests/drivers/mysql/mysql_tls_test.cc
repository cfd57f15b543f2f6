#include <cppconn/exception.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/mysql/driver.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/drivers/mysql/backend.h"
#include "millpond/tests/drivers/peer/tcp_peer.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/freeze.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/tls_files.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr std::array kEncrypted{TlsMode::kRequire, TlsMode::kVerifyCa, TlsMode::kVerifyFull};

class MysqlTls : public testing::Test {
 protected:
  using ConnectResult = Result<std::unique_ptr<Connection>>;

  static void SetUpTestSuite() {
    certificates_ = std::make_unique<harness::Certificates>();
    good_ = serve(certificates_->server());
    driver_ = make_mysql_driver();
  }
  static void TearDownTestSuite() {
    good_.reset();
    certificates_.reset();
  }

  static std::unique_ptr<harness::MariaDb> serve(const harness::TlsFiles& files) {
    return std::make_unique<harness::MariaDb>(harness::MariaDb::Options{.tls = files});
  }

  static Endpoint endpoint(int port, TlsMode mode) {
    return {.host = "localhost",
            .port = static_cast<std::uint16_t>(port),
            .path = harness::kDatabase,
            .user = harness::kUser,
            .password = Secret{harness::kPassword},
            .tls = {.mode = mode, .ca = certificates_->authority()}};
  }

  static ConnectResult connect(const Endpoint& endpoint, const SessionSettings& settings = {}) {
    return driver_->connect(endpoint, settings, Budget{10s});
  }

  static void expect_encrypted(const Endpoint& endpoint) {
    const ConnectResult connection = connect(endpoint);
    ASSERT_TRUE(connection) << connection.error().message;
    EXPECT_NE(cipher_of(**connection), "");
  }

  // The password is wrong: were it sent, the server would be who refuses.
  static void expect_refused(Endpoint endpoint, const std::string& reason) {
    endpoint.password = Secret{"wrong"};
    const ConnectResult connection = connect(endpoint);
    EXPECT_FALSE(connection);
    const Error error = connection ? Error{} : connection.error();
    EXPECT_EQ(error.kind, ErrorKind::kConfiguration) << error.message;
    EXPECT_EQ(error.phase, "tls") << error.message;
    EXPECT_NE(error.message.find(reason), std::string::npos) << error.message;
  }

  // As the server sees it.
  static std::string cipher_of(Connection& connection) {
    return value_of(connection,
                    "select variable_value from information_schema.session_status"
                    " where variable_name = 'SSL_CIPHER'");
  }

  inline static std::unique_ptr<harness::Certificates> certificates_;
  inline static std::unique_ptr<harness::MariaDb> good_;
  inline static std::shared_ptr<const Driver> driver_;
};

TEST_F(MysqlTls, EachModeEncryptsToAGoodServer) {
  for (const TlsMode mode : kEncrypted) {
    expect_encrypted(endpoint(good_->port(), mode));
  }
}

TEST_F(MysqlTls, OffIsInTheClear) {
  const auto connection = connect(endpoint(good_->port(), TlsMode::kOff));
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(cipher_of(**connection), "");
}

TEST_F(MysqlTls, AnAddressIsLookedForInTheCertificateToo) {
  Endpoint by_address = endpoint(good_->port(), TlsMode::kVerifyFull);
  by_address.host = "127.0.0.1";
  expect_encrypted(by_address);
}

TEST_F(MysqlTls, ACertificateOfAnotherHostIsRefusedByVerifyFullOnly) {
  const auto server = serve(certificates_->of_another_host());
  expect_encrypted(endpoint(server->port(), TlsMode::kRequire));
  expect_encrypted(endpoint(server->port(), TlsMode::kVerifyCa));
  Endpoint full = endpoint(server->port(), TlsMode::kVerifyFull);
  expect_refused(full, "hostname mismatch");
  full.host = "127.0.0.1";
  expect_refused(full, "IP address mismatch");
}

TEST_F(MysqlTls, AnExpiredCertificateIsRefusedByWhoVerifies) {
  const auto server = serve(certificates_->expired());
  expect_encrypted(endpoint(server->port(), TlsMode::kRequire));
  expect_refused(endpoint(server->port(), TlsMode::kVerifyCa), "expired");
  expect_refused(endpoint(server->port(), TlsMode::kVerifyFull), "expired");
}

TEST_F(MysqlTls, AStrangersCertificateIsRefusedByWhoVerifies) {
  const auto server = serve(certificates_->of_a_stranger());
  expect_encrypted(endpoint(server->port(), TlsMode::kRequire));
  expect_refused(endpoint(server->port(), TlsMode::kVerifyCa), "unable to get local issuer");
  expect_refused(endpoint(server->port(), TlsMode::kVerifyFull), "unable to get local issuer");
}

TEST_F(MysqlTls, WithoutAuthoritiesTheSystemsHold) {
  Endpoint unsaid = endpoint(good_->port(), TlsMode::kVerifyCa);
  unsaid.tls.ca.clear();
  expect_refused(unsaid, "unable to get local issuer");
}

TEST_F(MysqlTls, AServerWithoutTlsIsRefusedByEachMode) {
  const harness::MariaDb plain;
  for (const TlsMode mode : kEncrypted) {
    expect_refused(endpoint(plain.port(), mode), "the server does not support it");
  }
}

TEST_F(MysqlTls, ACertificateOfOnesOwnIsShownWhereTheServerAsks) {
  const auto server = serve(certificates_->server_that_asks());
  server->sql("alter user millpond@'127.0.0.1' require x509");
  Endpoint anonymous = endpoint(server->port(), TlsMode::kVerifyFull);
  const auto refused = connect(anonymous);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kAuthentication) << refused.error().message;
  Endpoint known = anonymous;
  known.tls.cert = certificates_->client().certificate;
  known.tls.key = certificates_->client().key;
  expect_encrypted(known);
}

// With TLS 1.3 the server looks at it when the handshake is over for the caller, and hangs up.
TEST_F(MysqlTls, AStrangersCertificateOfOnesOwnIsRefused) {
  const auto server = serve(certificates_->server_that_asks());
  Endpoint unknown = endpoint(server->port(), TlsMode::kVerifyFull);
  unknown.tls.cert = certificates_->of_a_stranger().certificate;
  unknown.tls.key = certificates_->of_a_stranger().key;
  const auto refused = connect(unknown);
  ASSERT_FALSE(refused);
  const std::string message = refused.error().message;
  EXPECT_TRUE(message.find("alert unknown ca") != std::string::npos ||
              message.find("does not accept the caller's certificate") != std::string::npos)
      << message;
}

TEST_F(MysqlTls, AFileThatCannotBeReadIsNamed) {
  Endpoint broken = endpoint(good_->port(), TlsMode::kVerifyCa);
  broken.tls.ca = "/nowhere/ca.pem";
  expect_refused(broken, "/nowhere/ca.pem: No such file");
  broken = endpoint(good_->port(), TlsMode::kRequire);
  broken.tls.cert = certificates_->client().certificate;
  broken.tls.key = "/nowhere/key.pem";
  expect_refused(broken, "/nowhere/key.pem: No such file");
  broken.tls.key = certificates_->server().key;
  expect_refused(broken, "key values mismatch");
}

TEST_F(MysqlTls, TwentyRefusedConnectsLeaveNoDescriptorOpen) {
  const auto server = serve(certificates_->of_another_host());
  const auto open_descriptors = [] {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  };
  Endpoint full = endpoint(server->port(), TlsMode::kVerifyFull);
  expect_refused(full, "hostname mismatch");
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    expect_refused(full, "hostname mismatch");
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(MysqlTls, TheSocketKeepsItsOptions) {
  const auto connection = connect(endpoint(good_->port(), TlsMode::kVerifyFull),
                                  {.app_name = "", .tcp_user_timeout = 5s});
  ASSERT_TRUE(connection) << connection.error().message;
  const int fd = (*connection)->watch_fd();
  EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  const auto option = [fd](int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    getsockopt(fd, level, name, &value, &size);
    return value;
  };
  EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 5000);
}

TEST_F(MysqlTls, ABorrowersWaitEndsWithTheReadTimeoutAndNotBefore) {
  const auto patient = connect(endpoint(good_->port(), TlsMode::kVerifyFull));
  ASSERT_TRUE(patient) << patient.error().message;
  EXPECT_EQ(value_of(**patient, "select sleep(1.2)"), "0");
  const auto hasty =
      connect(endpoint(good_->port(), TlsMode::kVerifyFull), {.app_name = "", .read_timeout = 1s});
  ASSERT_TRUE(hasty) << hasty.error().message;
  EXPECT_EQ(value_of(**hasty, "select sleep(0.5)"), "0");
  const auto start = Budget::Clock::now();
  EXPECT_THROW(run(**hasty, "select sleep(20)"), sql::SQLException);
  EXPECT_LT(Budget::Clock::now() - start, 5s);
}

TEST_F(MysqlTls, ALongResultArrivesWhole) {
  const auto connection = connect(endpoint(good_->port(), TlsMode::kVerifyFull));
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_EQ(value_of(**connection, "select repeat('x', 9000000)").size(), 9'000'000U);
}

// libmariadb waits to read when OpenSSL wants to write.
TEST_F(MysqlTls, AStatementThatFillsTheSocketArrivesWhole) {
  const auto connection =
      connect(endpoint(good_->port(), TlsMode::kVerifyFull), {.app_name = "", .read_timeout = 10s});
  ASSERT_TRUE(connection) << connection.error().message;
  constexpr std::size_t kSize = 15'000'000;
  std::string text;
  text.resize(kSize, 'x');
  harness::freeze(good_->process().pid());
  std::string length;
  std::jthread borrower{[&] { length = value_of(**connection, "select length('" + text + "')"); }};
  const auto deadline = Budget::Clock::now() + 10s;
  pollfd writable{.fd = (*connection)->watch_fd(), .events = POLLOUT, .revents = 0};
  while (poll(&writable, 1, 0) != 0 && Budget::Clock::now() < deadline) {
    std::this_thread::yield();
  }
  const bool filled = Budget::Clock::now() < deadline;
  harness::thaw(good_->process().pid());
  borrower.join();
  EXPECT_TRUE(filled);
  EXPECT_EQ(length, "15000000");
}

TEST_F(MysqlTls, AServerAtItsLimitIsNamedAsSuch) {
  harness::MariaDb small{{.max_connections = 10, .tls = certificates_->server()}};
  std::vector<std::unique_ptr<Connection>> held;
  for (int i = 0; i < 10; ++i) {
    auto connection = connect(endpoint(small.port(), TlsMode::kVerifyFull));
    ASSERT_TRUE(connection) << connection.error().message;
    held.push_back(std::move(*connection));
  }
  const auto refused = connect(endpoint(small.port(), TlsMode::kVerifyFull));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kTooManyConnections) << refused.error().message;
}

// Greets as a MariaDB with TLS does, and is silent when the handshake begins.
void greet(int socket) {
  std::string greeting{
      "\x0a"
      "5.5.5-10.11.0-MariaDB\0"
      "\x07\0\0\0"
      "abcdefgh\0",
      36};
  greeting += std::string{"\xfe\xff\x2d\x02\0\xff\xc1\x15\0\0\0\0\0\0\x1d\0\0\0", 18};
  greeting += std::string{"ijklmnopqrst\0mysql_native_password\0", 35};
  const std::string header{static_cast<char>(greeting.size()), '\0', '\0', '\0'};
  send(socket, (header + greeting).data(), greeting.size() + 4, MSG_NOSIGNAL);
  std::array<char, 4096> heard{};
  while (recv(socket, heard.data(), heard.size(), 0) > 0) {
  }
}

TEST_F(MysqlTls, AHandshakeThatStallsCostsTheBudgetAndNoMore) {
  const harness::TcpPeer peer{greet};
  Endpoint stalled = endpoint(peer.port(), TlsMode::kVerifyFull);
  stalled.host = "127.0.0.1";
  const auto start = Budget::Clock::now();
  const auto connection = driver_->connect(stalled, {}, Budget{300ms});
  EXPECT_LT(Budget::Clock::now() - start, 1s);
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kTimeout) << connection.error().message;
}

}  // namespace
}  // namespace millpond::drivers
