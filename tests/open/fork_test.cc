// A process that forks while it has connections: the child's end does not touch the parent's
// sessions, on real servers.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <thread>

#include "millpond/millpond.h"
#include "millpond/tests/harness/gate/gate.h"
#include "millpond/tests/harness/servers/certificates.h"
#include "millpond/tests/harness/servers/scratch_directory.h"
#include "millpond/tests/harness/servers/servers.h"
#include "millpond/tests/harness/servers/tls_files.h"

namespace {

bool in_a_child = false;

}  // namespace

// What the parent's threads hold looks lost in a child, which has none of those threads.
// The name is LeakSanitizer's.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wreserved-identifier"
#endif
extern "C" int __lsan_is_turned_off() {
  return in_a_child ? 1 : 0;
}

namespace millpond {
namespace {

using std::chrono_literals::operator""ms;

// Runs `work` in a child that ends as a program does; its exit status.
template <class Work>
int in_child(const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    in_a_child = true;
    std::exit(work());
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

class ForkTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("POND_PASSWORD", harness::kPassword, 1);
    const std::string path = directory_.path() / "pools.toml";
    std::ofstream{path} << fmt::format(
        "version = 1\n[server.db]\nbackend = \"postgres\"\nendpoint = \"127.0.0.1:{}/{}\"\n"
        "user = \"{}\"\npassword = \"${{env:POND_PASSWORD}}\"\n"
        "[pool.orders]\nserver = \"db\"\nsize = 2\nmin_idle = 2\n",
        postgres_.port(), harness::kDatabase, harness::kUser);
    registry_.emplace(open(path));
  }

  harness::ScratchDirectory directory_;
  harness::Postgres postgres_;
  std::optional<Registry> registry_;
};

TEST_F(ForkTest, TheParentsOpenTransactionSurvivesAChildThatGivesEverythingBack) {
  auto orders = registry_->pool<Postgres>("orders");
  std::optional<Lease<Postgres>> lease = *orders.acquire();
  auto transaction = std::make_unique<pqxx::work>(lease->connection());
  transaction->exec0("CREATE TABLE basket (apples int)");
  transaction->exec0("INSERT INTO basket VALUES (3)");

  EXPECT_EQ(in_child([&] {
              transaction.reset();  // a ROLLBACK, were the socket still the parent's
              lease.reset();
              registry_.reset();
              return 0;
            }),
            0);

  EXPECT_EQ(transaction->exec1("SELECT apples FROM basket")[0].as<int>(), 3);
  transaction->commit();
  transaction.reset();
  lease.reset();
  EXPECT_EQ(postgres_.sql("SELECT apples FROM basket"), "3\n");
}

TEST_F(ForkTest, AChildIsToldThatTheConnectionsAreItsParents) {
  auto orders = registry_->pool<Postgres>("orders");
  { ASSERT_TRUE(orders.acquire()); }
  EXPECT_EQ(in_child([&] {
              const auto refused = orders.acquire();
              const bool told = !refused && refused.error().code == Errc::kForked;
              return told && !orders.try_acquire() ? 0 : 1;
            }),
            0);
  auto lease = orders.acquire();
  ASSERT_TRUE(lease);
  pqxx::work transaction{lease->connection()};
  EXPECT_EQ(transaction.exec1("SELECT 6 * 7")[0].as<int>(), 42);
}

TEST_F(ForkTest, AChildLeavesTheParentsDeathWatchAlone) {
  const auto await = [this](const auto& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!condition(registry_->snapshot().at(0))) {
      if (std::chrono::steady_clock::now() > deadline) {
        return false;
      }
      std::this_thread::yield();
    }
    return true;
  };
  ASSERT_TRUE(await([](const PoolSnapshot& now) { return now.idle == 2; }));
  EXPECT_EQ(in_child([&] {
              registry_.reset();
              return 0;
            }),
            0);
  EXPECT_EQ(registry_->snapshot().at(0).closed.total(), 0);
  postgres_.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'millpond'");
  EXPECT_TRUE(await([](const PoolSnapshot& now) { return now.closed.dead == 2 && now.idle == 2; }));
}

// HTTP, in the clear and over TLS, through a gate that counts all that is sent.
class HttpForkTest : public testing::TestWithParam<bool> {
 protected:
  HttpForkTest()
      : server_({.tls = GetParam() ? certificates_.server() : harness::TlsFiles{}}),
        gate_(server_.port()) {
    const std::string path = directory_.path() / "pools.toml";
    std::ofstream{path} << fmt::format(
        "version = 1\n[server.web]\nbackend = \"http\"\nendpoint = \"{}://127.0.0.1:{}\"\n{}"
        "[pool.web]\nserver = \"web\"\nsize = 1\nmin_idle = 1\n"
        // A probe is said on the wire, too, where the child took long.
        "validate = \"never\"\nhealth_interval = \"off\"\n",
        GetParam() ? "https" : "http", gate_.port(),
        GetParam() ? fmt::format("ca = \"{}\"\n", certificates_.authority().string()) : "");
    registry_.emplace(open(path));
  }

  // One request and its answer; how many bytes the gate saw go out.
  std::int64_t bytes_of_a_request(HttpSession& http) {
    const auto before = gate_.counts().bytes_up;
    const auto response = http.get("/status");
    EXPECT_TRUE(response && response->status == 200);
    return gate_.counts().bytes_up - before;
  }

  harness::ScratchDirectory directory_;
  harness::Certificates certificates_;
  harness::Nginx server_;
  harness::Gate gate_;
  std::optional<Registry> registry_;
};

TEST_P(HttpForkTest, AChildThatEndsSaysNothingOnTheWire) {
  auto web = registry_->pool<Http>("web");
  std::optional<Lease<Http>> lease = *web.acquire();
  HttpSession& http = lease->connection();
  const auto usual = bytes_of_a_request(http);
  const auto before = gate_.counts().bytes_up;
  gate_.set(harness::Gate::stop_accepting());  // what a child dials itself is not counted
  EXPECT_EQ(in_child([] { return 0; }), 0) << "with a lease out";
  EXPECT_EQ(in_child([&] {
              // The inherited connection is dead for it, and libcurl dials one of its own.
              (void)http.request({.path = "/status", .timeout = 100ms});
              const bool dialled = http.swaps() == 1;
              lease.reset();
              registry_.reset();
              return dialled ? 0 : 1;
            }),
            0);
  // Whatever the children had sent would have gone first.
  EXPECT_EQ(bytes_of_a_request(http), usual);
  EXPECT_EQ(gate_.counts().bytes_up, before + usual);
  EXPECT_EQ(http.swaps(), 0);
  EXPECT_EQ(gate_.counts().hang_ups, 0);
}

TEST_P(HttpForkTest, AChildThatEndsWhileAConnectionIsIdleSaysNothingEither) {
  auto web = registry_->pool<Http>("web");
  std::int64_t usual = 0;
  { usual = bytes_of_a_request(web.acquire()->connection()); }
  const auto before = gate_.counts().bytes_up;
  EXPECT_EQ(in_child([&] {
              registry_.reset();
              return 0;
            }),
            0);
  auto lease = web.acquire();
  ASSERT_TRUE(lease);
  EXPECT_EQ(bytes_of_a_request(lease->connection()), usual);
  EXPECT_EQ(gate_.counts().bytes_up, before + usual);
  EXPECT_EQ(gate_.counts().hang_ups, 0);
}

INSTANTIATE_TEST_SUITE_P(InTheClearAndOverTls, HttpForkTest, testing::Bool());

}  // namespace
}  // namespace millpond
