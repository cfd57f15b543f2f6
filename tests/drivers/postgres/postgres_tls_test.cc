#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/drivers/postgres/driver.h"
#include "millpond/drivers/postgres/tls_parameters.h"
#include "millpond/drivers/secret.h"
#include "millpond/drivers/tls.h"
#include "millpond/tests/drivers/peer/tcp_peer.h"
#include "millpond/tests/drivers/postgres/backend.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/command.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/silent_listener.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr TlsMode kEncrypting[] = {TlsMode::kRequire, TlsMode::kVerifyCa, TlsMode::kVerifyFull};

class PostgresTls : public testing::Test {
 protected:
  using ConnectResult = Result<std::unique_ptr<Connection>>;

  static void SetUpTestSuite() {
    certificates_ = std::make_unique<harness::Certificates>();
    driver_ = make_postgres_driver();
    good_ = std::make_unique<harness::Postgres>(
        harness::Postgres::Options{.tls = certificates_->server_that_asks()});
  }
  static void TearDownTestSuite() {
    good_.reset();
    driver_.reset();
    certificates_.reset();
  }

  static TlsSettings tls(TlsMode mode) { return {.mode = mode, .ca = certificates_->authority()}; }

  static Endpoint at(int port, TlsSettings tls) {
    return {.host = "localhost",
            .port = static_cast<std::uint16_t>(port),
            .path = harness::kDatabase,
            .user = harness::kUser,
            .password = Secret{harness::kPassword},
            .tls = std::move(tls)};
  }

  static ConnectResult connect(int port, TlsSettings tls, const Budget& budget = Budget{10s}) {
    return driver_->connect(at(port, std::move(tls)), {.tcp_user_timeout = 5s}, budget);
  }

  static std::unique_ptr<Connection> connected(TlsSettings tls) {
    ConnectResult connection = connect(good_->port(), std::move(tls));
    if (!connection) {
      throw std::runtime_error(connection.error().phase + ": " + connection.error().message);
    }
    return std::move(*connection);
  }

  // Of a dial that only an operator can mend, for a reason with these words.
  static void expect_refused(const ConnectResult& connection, const std::string& words) {
    ASSERT_FALSE(connection) << "connected, though: " << words;
    const Error& error = connection.error();
    EXPECT_EQ(error.kind, ErrorKind::kConfiguration) << error.message;
    EXPECT_EQ(error.phase, "tls") << error.message;
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find(harness::kPassword), std::string::npos) << error.message;
  }

  // What the server knows of this session's encryption.
  static bool is_encrypted(Connection& connection) {
    return value_of(connection,
                    "select ssl and version like 'TLSv1._' from pg_stat_ssl "
                    "where pid = pg_backend_pid()") == "t";
  }

  static std::ptrdiff_t open_descriptors() {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  }

  inline static std::unique_ptr<harness::Certificates> certificates_;
  inline static std::shared_ptr<const Driver> driver_;
  inline static std::unique_ptr<harness::Postgres> good_;
};

TEST_F(PostgresTls, EachModeEncryptsToAGoodServer) {
  for (const TlsMode mode : kEncrypting) {
    const auto connection = connected(tls(mode));
    EXPECT_TRUE(is_encrypted(*connection));
    EXPECT_TRUE(connection->probe(Budget{10s}));
    EXPECT_TRUE(connection->reset(ResetNeed::kSession, Budget{10s}));
    EXPECT_TRUE(is_encrypted(*connection));
  }
}

TEST_F(PostgresTls, OffIsInTheClearEvenIfTheServerOffersMore) {
  EXPECT_FALSE(is_encrypted(*connected({})));
}

TEST_F(PostgresTls, ANumericAddressIsVerifiedToo) {
  Endpoint endpoint = at(good_->port(), tls(TlsMode::kVerifyFull));
  endpoint.host = "127.0.0.1";
  const ConnectResult connection = driver_->connect(endpoint, {}, Budget{10s});
  ASSERT_TRUE(connection) << connection.error().message;
  EXPECT_TRUE(is_encrypted(**connection));
}

TEST_F(PostgresTls, TheNameOfAnotherHostIsRefusedByVerifyFullAlone) {
  harness::Postgres server{{.tls = certificates_->of_another_host()}};
  EXPECT_TRUE(connect(server.port(), tls(TlsMode::kRequire)));
  EXPECT_TRUE(connect(server.port(), tls(TlsMode::kVerifyCa)));
  expect_refused(connect(server.port(), tls(TlsMode::kVerifyFull)), "does not match host name");
}

TEST_F(PostgresTls, AnExpiredCertificateIsRefusedByThoseWhoVerify) {
  harness::Postgres server{{.tls = certificates_->expired()}};
  EXPECT_TRUE(connect(server.port(), tls(TlsMode::kRequire)));
  expect_refused(connect(server.port(), tls(TlsMode::kVerifyCa)), "certificate verify failed");
  expect_refused(connect(server.port(), tls(TlsMode::kVerifyFull)), "certificate verify failed");
}

TEST_F(PostgresTls, AStrangersCertificateIsRefusedByThoseWhoVerify) {
  harness::Postgres server{{.tls = certificates_->of_a_stranger()}};
  EXPECT_TRUE(connect(server.port(), tls(TlsMode::kRequire)));
  expect_refused(connect(server.port(), tls(TlsMode::kVerifyCa)), "certificate verify failed");
  expect_refused(connect(server.port(), tls(TlsMode::kVerifyFull)), "certificate verify failed");
}

TEST_F(PostgresTls, AServerWithoutTlsIsRefusedByEachModeAndLeavesNoDescriptor) {
  harness::Postgres plain;
  expect_refused(connect(plain.port(), tls(TlsMode::kRequire)), "SSL");
  const auto before = open_descriptors();
  for (int i = 0; i < 7; ++i) {
    for (const TlsMode mode : kEncrypting) {
      expect_refused(connect(plain.port(), tls(mode)), "server does not support SSL");
    }
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(PostgresTls, RefusedCertificatesLeaveNoDescriptor) {
  const TlsSettings stranger{.mode = TlsMode::kVerifyFull, .ca = certificates_->stranger()};
  expect_refused(connect(good_->port(), stranger), "certificate verify failed");
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    expect_refused(connect(good_->port(), stranger), "certificate verify failed");
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(PostgresTls, WithoutAuthoritiesOfItsOwnAPoolTrustsTheSystems) {
  const auto parameters = tls_parameters({.mode = TlsMode::kVerifyFull});
  ASSERT_TRUE(parameters) << parameters.error().message;
  EXPECT_EQ(parameters->at("sslrootcert"), "/etc/ssl/certs/ca-certificates.crt");
  expect_refused(connect(good_->port(), {.mode = TlsMode::kVerifyFull}),
                 "certificate verify failed");
}

TEST_F(PostgresTls, ACertificateOfOnesOwnIsShownWhereTheServerAsks) {
  harness::Postgres strict{{.tls = certificates_->server_that_asks()}};
  strict.sql(
      "do $$ begin execute format('copy (select line from (values"
      "  (''local all all trust''), (''hostssl all all 127.0.0.1/32 cert'')) v(line)) to %L',"
      "  current_setting('hba_file')); end $$;"
      "select pg_reload_conf()");
  TlsSettings settings = tls(TlsMode::kVerifyFull);
  const ConnectResult without = connect(strict.port(), settings);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().kind, ErrorKind::kAuthentication) << without.error().message;
  EXPECT_NE(without.error().message.find("client certificate"), std::string::npos)
      << without.error().message;

  settings.cert = certificates_->client().certificate;
  settings.key = certificates_->client().key;
  const ConnectResult with = connect(strict.port(), settings);
  ASSERT_TRUE(with) << with.error().message;
  EXPECT_EQ(value_of(**with, "select client_dn from pg_stat_ssl where pid = pg_backend_pid()"),
            std::string{"/CN="} + harness::kUser);
}

TEST_F(PostgresTls, ACertificateTheServerDoesNotTrustIsRefused) {
  const harness::TlsFiles impostor = certificates_->of_a_stranger();
  TlsSettings settings = tls(TlsMode::kRequire);
  settings.cert = impostor.certificate;
  settings.key = impostor.key;
  const ConnectResult connection = connect(good_->port(), settings);
  ASSERT_FALSE(connection);
  // The server says so in an alert, which its reset of the connection may overtake.
  if (connection.error().kind != ErrorKind::kBroken) {
    expect_refused(connection, "alert unknown ca");
  }
}

TEST_F(PostgresTls, AFileThatCannotBeReadIsNamed) {
  const std::string missing = certificates_->authority().string() + ".missing";
  const harness::TlsFiles client = certificates_->client();
  TlsSettings settings = tls(TlsMode::kVerifyFull);
  settings.ca = missing;
  expect_refused(connect(good_->port(), settings), missing + ": No such file or directory");
  settings = tls(TlsMode::kRequire);
  settings.cert = missing;
  settings.key = client.key;
  expect_refused(connect(good_->port(), settings), missing + ": No such file or directory");
  settings.cert = client.certificate;
  settings.key = missing;
  expect_refused(connect(good_->port(), settings), missing + ": No such file or directory");
}

TEST_F(PostgresTls, AFileThatHoldsSomethingElseIsNamed) {
  const harness::TlsFiles client = certificates_->client();
  TlsSettings settings = tls(TlsMode::kVerifyFull);
  settings.ca = client.key;
  expect_refused(connect(good_->port(), settings), settings.ca);
  settings = tls(TlsMode::kVerifyFull);
  settings.cert = client.certificate;
  settings.key = client.certificate;
  expect_refused(connect(good_->port(), settings), settings.key);
  settings.key = "";
  expect_refused(connect(good_->port(), settings), "private key");
}

TEST_F(PostgresTls, AKeyUnderAPassphraseIsRefusedRatherThanAskedFor) {
  const harness::ScratchDirectory directory;
  const std::string key = directory.path() / "locked.key";
  harness::run_command({.command = {"/usr/bin/openssl", "pkey", "-aes256", "-passout", "pass:pond",
                                    "-in", certificates_->client().key, "-out", key}});
  TlsSettings settings = tls(TlsMode::kRequire);
  settings.cert = certificates_->client().certificate;
  settings.key = key;
  expect_refused(connect(good_->port(), settings), key);
}

// libpq's own files: with authorities there it would take "require" for "verify-ca".
class HomeWithPostgresqlFiles {
 public:
  explicit HomeWithPostgresqlFiles(const harness::Certificates& certificates) {
    const std::filesystem::path folder = directory_.path() / ".postgresql";
    std::filesystem::create_directory(folder);
    std::filesystem::copy(certificates.stranger(), folder / "root.crt");
    for (const char* name : {"root.crl", "postgresql.crt", "postgresql.key"}) {
      std::ofstream{folder / name} << "nothing of the kind\n";
    }
    setenv("HOME", directory_.path().c_str(), 1);
    setenv("PGSSLCRLDIR", folder.c_str(), 1);
    setenv("PGSSLMODE", "disable", 1);
  }
  HomeWithPostgresqlFiles(const HomeWithPostgresqlFiles&) = delete;
  HomeWithPostgresqlFiles& operator=(const HomeWithPostgresqlFiles&) = delete;
  ~HomeWithPostgresqlFiles() {
    unsetenv("PGSSLMODE");
    unsetenv("PGSSLCRLDIR");
    unsetenv("HOME");
  }

 private:
  harness::ScratchDirectory directory_;
};

TEST_F(PostgresTls, WhatLiesInTheHomeDirectoryChangesNoMode) {
  const HomeWithPostgresqlFiles home{*certificates_};
  for (const TlsMode mode : kEncrypting) {
    EXPECT_TRUE(is_encrypted(*connected(tls(mode))));
  }
  EXPECT_FALSE(is_encrypted(*connected({})));
}

TEST_F(PostgresTls, ASilentServerCostsTheBudgetAndNoMore) {
  const harness::SilentListener silent;
  const auto start = Budget::Clock::now();
  const ConnectResult connection = connect(silent.port(), tls(TlsMode::kVerifyFull), Budget{300ms});
  const auto elapsed = Budget::Clock::now() - start;
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kTimeout) << connection.error().message;
  EXPECT_EQ(connection.error().phase, "tls");
  EXPECT_GE(elapsed, 300ms);
  EXPECT_LE(elapsed, 1s);
}

TEST_F(PostgresTls, AServerThatGoesDuringTheHandshakeIsNoOperatorsFault) {
  const harness::TcpPeer leaving{[](int socket) {
    char request[8];
    (void)recv(socket, request, sizeof request, MSG_WAITALL);
    (void)send(socket, "S", 1, MSG_NOSIGNAL);
    char hello[1024];
    (void)recv(socket, hello, sizeof hello, 0);
  }};
  const ConnectResult connection = connect(leaving.port(), tls(TlsMode::kVerifyFull));
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().kind, ErrorKind::kBroken) << connection.error().message;
  EXPECT_EQ(connection.error().phase, "tls");
}

TEST_F(PostgresTls, TheSocketIsSetUpAsItIsWithoutTls) {
  for (const TlsMode mode : {TlsMode::kOff, TlsMode::kVerifyFull}) {
    const auto connection = connected(tls(mode));
    const int socket = connection->watch_fd();
    const auto option = [socket](int level, int name) {
      int value = -1;
      socklen_t size = sizeof value;
      getsockopt(socket, level, name, &value, &size);
      return value;
    };
    EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), 15);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPINTVL), 5);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPCNT), 3);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_USER_TIMEOUT), 5000);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQ(fcntl(socket, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
  }
}

}  // namespace
}  // namespace millpond::drivers
