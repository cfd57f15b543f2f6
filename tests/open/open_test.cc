// The whole path on real servers: a policy file, the vendors' libraries, and what a caller is told
// when something is wrong with either.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "millpond/millpond.h"
#include "millpond/tests/harness/servers/free_port.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/silent_listener.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;

class OpenTest : public testing::Test {
 protected:
  void SetUp() override { setenv("POND_PASSWORD", harness::kPassword, 1); }

  std::string write(const std::string& policy) {
    std::string path = directory_.path() / "pools.toml";
    std::ofstream{path} << policy;
    return path;
  }

  // One PostgreSQL pool of two connections on a port, with everything else left at its default.
  std::string policy_for(int port, const std::string& password = "${env:POND_PASSWORD}") {
    return fmt::format(
        "version = 1\n"
        "[server.orders-db]\n"
        "backend = \"postgres\"\n"
        "endpoint = \"127.0.0.1:{}/{}\"\n"
        "user = \"{}\"\n"
        "password = \"{}\"\n"
        "[pool.orders-write]\n"
        "server = \"orders-db\"\n"
        "size = 2\n",
        port, harness::kDatabase, harness::kUser, password);
  }

  // The backend's own words have an age in front that depends on the clock, and whether the next
  // attempt is under way depends on it too.
  static std::string without_ages(std::string text) {
    if (const auto dialing = text.find(", 1 dialing"); dialing != std::string::npos) {
      text.erase(dialing, std::string{", 1 dialing"}.size());
    }
    const auto from = text.find(" (waited ");
    text.erase(from, text.find(')', from) - from + 1);
    if (const auto age = text.find("last backend error ("); age != std::string::npos) {
      const auto start = age + std::string{"last backend error ("}.size();
      text.erase(start, text.find("ago, ", start) + 5 - start);
    }
    return text;
  }

  harness::ScratchDirectory directory_;
};

TEST_F(OpenTest, AWorkloadServesTheVendorsOwnApi) {
  harness::Postgres postgres;
  const Registry registry = open(write(policy_for(postgres.port())));
  auto orders = registry.pool<Postgres>("orders-write");
  auto lease = orders.acquire();
  ASSERT_TRUE(lease) << lease.error().message();
  pqxx::work transaction{lease->connection()};
  EXPECT_EQ(transaction.exec1("SELECT 6 * 7")[0].as<int>(), 42);
  EXPECT_EQ(postgres.sql("SELECT DISTINCT application_name FROM pg_stat_activity "
                         "WHERE usename = 'millpond'"),
            "open_test/orders-write\n");
}

TEST_F(OpenTest, AnOpenTransactionDoesNotReachTheNextBorrower) {
  harness::Postgres postgres;
  const Registry registry = open(write(policy_for(postgres.port())));
  auto orders = registry.pool<Postgres>("orders-write");
  for (int i = 0; i < 4; ++i) {
    auto lease = orders.acquire();
    ASSERT_TRUE(lease) << lease.error().message();
    pqxx::nontransaction raw{lease->connection()};
    EXPECT_EQ(raw.exec1("SHOW work_mem")[0].as<std::string>(), "4MB");
    raw.exec0("BEGIN");
    raw.exec0("SET LOCAL work_mem = '9MB'");
    raw.exec0("SET search_path = nowhere");
  }
}

TEST_F(OpenTest, ASessionKilledWhileLeasedIsReplacedAndItsLeaseToldSo) {
  harness::Postgres postgres;
  const Registry registry = open(write(policy_for(postgres.port())));
  auto orders = registry.pool<Postgres>("orders-write");
  {
    auto lease = orders.acquire();
    ASSERT_TRUE(lease) << lease.error().message();
    pqxx::work transaction{lease->connection()};
    postgres.sql(
        fmt::format("SELECT pg_terminate_backend({}, 5000)", lease->connection().backendpid()));
    EXPECT_THROW(transaction.exec("SELECT 1"), pqxx::broken_connection);
  }
  for (int i = 0; i < 4; ++i) {
    auto lease = orders.acquire();
    ASSERT_TRUE(lease) << lease.error().message();
    pqxx::work transaction{lease->connection()};
    EXPECT_EQ(transaction.exec1("SELECT 1")[0].as<int>(), 1);
  }
  EXPECT_EQ(registry.snapshot().at(0).closed.broken, 1);
}

TEST_F(OpenTest, ARefusedPortIsNamedWithTheServerToCheck) {
  const int nobody = harness::SilentListener{}.port();  // closed again
  const Registry registry = open(write(policy_for(nobody)));
  const auto refused = registry.pool<Postgres>("orders-write").acquire({.timeout = 1h});
  ASSERT_FALSE(refused);
  EXPECT_EQ(without_ages(refused.error().message()),
            fmt::format("workload `orders-write`: the backend refuses every connection: 0 of 2 "
                        "in use, 0 idle; last backend error (connect, refused): connection to "
                        "server at \"127.0.0.1\", port {} failed: Connection refused Is the server "
                        "running on that host and accepting TCP/IP connections?; no connection "
                        "could be opened: check the endpoint of [server.orders-db]; it is tried "
                        "again in the background",
                        nobody));
}

TEST_F(OpenTest, AWrongPasswordIsAnsweredWithoutWaitingAndWithoutShowingIt) {
  harness::Postgres postgres;
  setenv("POND_PASSWORD", "hunter2-planted", 1);
  const Registry registry = open(write(policy_for(postgres.port())));
  const auto refused = registry.pool<Postgres>("orders-write").acquire({.timeout = 1h});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kBackendDown);
  const std::string message = refused.error().message();
  EXPECT_EQ(message.find("hunter2-planted"), std::string::npos);
  EXPECT_NE(message.find("password authentication failed for user \"millpond\""), std::string::npos)
      << message;
  EXPECT_NE(message.find("put the right one where [server.orders-db] takes it from"),
            std::string::npos)
      << message;
}

TEST_F(OpenTest, AHostThatAcceptsAndNeverAnswersIsGivenUpByTheDialItself) {
  const harness::SilentListener silent;
  const Registry registry =
      open(write(policy_for(silent.port()) + "connect_timeout = \"100ms\"\n"));
  const auto refused = registry.pool<Postgres>("orders-write").acquire({.timeout = 400ms});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().report->snapshot.last_error.find("timeout"), std::string::npos)
      << refused.error().message();
}

TEST_F(OpenTest, APasswordThatIsRotatedInItsFileNeedsNoRestart) {
  harness::Postgres postgres;
  const std::string secret = directory_.path() / "password";
  std::ofstream{secret} << harness::kPassword << '\n';
  const Registry registry =
      open(write(policy_for(postgres.port(), fmt::format("${{file:{}}}", secret)) +
                 "validate = \"always\"\n"));
  auto orders = registry.pool<Postgres>("orders-write");
  ASSERT_TRUE(orders.acquire());
  postgres.sql("ALTER ROLE millpond PASSWORD 'rotated'");
  std::ofstream{secret} << "rotated\n";
  postgres.sql(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
      "WHERE usename = 'millpond'");
  for (int i = 0; i < 4; ++i) {
    auto lease = orders.acquire();
    ASSERT_TRUE(lease) << lease.error().message();
    pqxx::work transaction{lease->connection()};
    EXPECT_EQ(transaction.exec1("SELECT 1")[0].as<int>(), 1);
  }
}

TEST_F(OpenTest, APolicyThatNeedsTlsIsNeverServedInTheClear) {
  const harness::Nginx plain;
  const Registry registry = open(write(fmt::format(
      "version = 1\n[server.web]\nbackend = \"http\"\nendpoint = \"https://127.0.0.1:{}\"\n"
      "tls = \"require\"\n[pool.rates]\nserver = \"web\"\nsize = 1\n",
      plain.port())));
  const auto refused = registry.pool<Http>("rates").acquire({.timeout = 10s});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("wrong version number"), std::string::npos)
      << refused.error().message();
}

TEST_F(OpenTest, TheSecondEndpointServesWhenNobodyListensAtTheFirst) {
  harness::Postgres postgres;
  const std::string one = fmt::format("endpoint = \"127.0.0.1:{}/", postgres.port());
  std::string text = policy_for(postgres.port());
  const std::size_t line = text.find(one);
  ASSERT_NE(line, std::string::npos);
  text.replace(line, text.find('\n', line) - line,
               fmt::format("endpoints = [\"127.0.0.1:{0}/{2}\", \"127.0.0.1:{1}/{2}\"]",
                           harness::free_port(), postgres.port(), harness::kDatabase));
  const Registry registry = open(write(text));
  const auto lease = registry.pool<Postgres>("orders-write").acquire();
  ASSERT_TRUE(lease) << lease.error().message();
}

TEST_F(OpenTest, TheProfileOfTheEnvironmentIsUsed) {
  setenv("MILLPOND_PROFILE", "small", 1);
  harness::Postgres postgres;
  const Registry registry =
      open(write(policy_for(postgres.port()) + "[profile.small.pool.orders-write]\nsize = 1\n"));
  unsetenv("MILLPOND_PROFILE");
  EXPECT_EQ(registry.snapshot().at(0).size, 1);
}

TEST_F(OpenTest, ABadFileIsRefusedWithItsFindings) {
  const std::string path = write("version = 1\n[pool.orders-write]\nserver = \"orders-db\"\n");
  try {
    open(path);
    FAIL() << "opened a policy without its server";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), make_error_code(Errc::kInvalidPolicy));
    EXPECT_NE(error.message().find(path + ":3:10"), std::string::npos) << error.message();
  }
  EXPECT_FALSE(try_open(path));
}

TEST_F(OpenTest, ARegistryClosesWithItsConnectionsGoneFromTheServer) {
  harness::Postgres postgres;
  {
    const Registry registry = open(write(policy_for(postgres.port())));
    ASSERT_TRUE(registry.pool<Postgres>("orders-write").acquire());
  }
  EXPECT_EQ(postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'millpond'"),
            "0\n");
}

}  // namespace
}  // namespace millpond
