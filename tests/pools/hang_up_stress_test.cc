// Threads that borrow and return while the server hangs up on one session after the other, over
// real sockets and the real watch.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/endpoint.h"
#include "millpond/drivers/error.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/call_site.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/env.h"
#include "millpond/pools/internal/real_env.h"
#include "millpond/pools/internal/ticket.h"
#include "millpond/pools/pool.h"
#include "millpond/pools/snapshot.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;

// The server's ends of all sessions.
class WiredServer {
 public:
  void add(int end) {
    const std::lock_guard lock(mutex_);
    ends_.insert(end);
  }
  void remove(int end) {
    const std::lock_guard lock(mutex_);
    ends_.erase(end);
    ::close(end);
  }
  // On the session whose end is the lowest, the next time on another.
  void hang_up_on_one() {
    const std::lock_guard lock(mutex_);
    auto next = ends_.upper_bound(last_);
    next = next == ends_.end() ? ends_.begin() : next;
    if (next != ends_.end()) {
      last_ = *next;
      ::shutdown(last_, SHUT_RDWR);
    }
  }

 private:
  std::mutex mutex_;
  std::set<int> ends_;
  int last_ = -1;
};

class WiredConnection final : public drivers::Connection {
 public:
  explicit WiredConnection(WiredServer& server) : server_(server) {
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()), 0);
    server_.add(ends_[1]);
  }
  ~WiredConnection() override {
    server_.remove(ends_[1]);
    ::close(ends_[0]);
  }
  WiredConnection(const WiredConnection&) = delete;
  WiredConnection& operator=(const WiredConnection&) = delete;

  drivers::ResetNeed reset_need() const noexcept override { return drivers::ResetNeed::kNone; }
  drivers::Result<void> probe(const drivers::Budget&) override { return {}; }
  drivers::Result<void> reset(drivers::ResetNeed, const drivers::Budget&) override { return {}; }
  int watch_fd() const noexcept override { return ends_[0]; }

  std::atomic<int> users{0};

 private:
  WiredServer& server_;
  std::array<int, 2> ends_{-1, -1};
};

class WiredDriver final : public drivers::Driver {
 public:
  std::string_view backend() const noexcept override { return "wired"; }
  drivers::Result<std::unique_ptr<drivers::Connection>> connect(
      const drivers::Endpoint&, const drivers::SessionSettings&,
      const drivers::Budget&) const override {
    return std::make_unique<WiredConnection>(server);
  }

  mutable WiredServer server;
};

TEST(HangUpStressTest, EverySessionThatIsLostIsReplacedAndNoneIsLentTwice) {
  constexpr int kThreads = 6;
  constexpr std::int64_t kHangUps = 400;
  const auto driver = std::make_shared<WiredDriver>();
  const std::shared_ptr<Env> env = internal::make_real_env(8);
  policy::PoolPolicy policy = test::small_policy(4);
  policy.min_idle = 4;
  policy.validate = policy::Validate::kAuto;
  policy.acquire_timeout = 30s;
  const auto pool =
      std::make_shared<Pool>(PoolDefinition{policy, driver, {drivers::Endpoint{}}, {}}, env);
  pool->start();

  std::atomic<bool> over{false};
  std::atomic<int> shared{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      while (!over) {
        internal::Ticket ticket = pool->take(CallSite::here());
        ticket = ticket ? ticket : *pool->wait_for_one({}, CallSite::here());
        auto& session = static_cast<WiredConnection&>(Pool::connection(*ticket.slot));
        shared += session.users.fetch_add(1);
        session.users.fetch_sub(1);
        pool->release(ticket, Pool::Verdict::kReturn);
      }
    });
  }
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (pool->snapshot().closed.dead < kHangUps && std::chrono::steady_clock::now() < deadline) {
    driver->server.hang_up_on_one();
  }
  over = true;
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(shared, 0);
  const PoolSnapshot after = pool->snapshot();
  EXPECT_GE(after.closed.dead, kHangUps);
  EXPECT_EQ(after.closed.dead, after.closed.total());
  EXPECT_EQ(after.in_use, 0);
  pool->close();
  EXPECT_TRUE(pool->await_closed(env->clock().now() + 10s));
  EXPECT_EQ(pool->snapshot().dialed, pool->snapshot().closed.total());
  env->peer_watch().stop();
  env->executor().stop();
}

}  // namespace
}  // namespace millpond
