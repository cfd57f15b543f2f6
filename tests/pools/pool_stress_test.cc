// The whole pool on real threads, everything at once: borrowers with and without patience, broken
// and dirty returns, failing dials, cancelled waits, sizes and generations that change underneath.
// Nobody shares a connection, nobody is forgotten, the server never sees too many, and everything
// is closed at the end. Meant for the thread sanitizer; run with both kinds of fences.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/pools/env.h"
#include "millpond/pools/internal/real_env.h"
#include "millpond/pools/pool.h"
#include "millpond/pools/pool_handle.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;
using harness::Fake;

// The real world on a kernel that refuses membarrier.
class EnvWithoutBarrier final : public Env, private Barrier {
 public:
  explicit EnvWithoutBarrier(std::shared_ptr<Env> real) : real_(std::move(real)) {}
  Clock& clock() override { return real_->clock(); }
  Executor& executor() override { return real_->executor(); }
  Random& random() override { return real_->random(); }
  Barrier& barrier() override { return *this; }
  PeerWatch& peer_watch() override { return real_->peer_watch(); }

 private:
  bool available() const noexcept override { return false; }
  void heavy() noexcept override {}

  const std::shared_ptr<Env> real_;
};

constexpr int kThreads = 8;
constexpr int kRounds = 4000;
constexpr std::int64_t kLargest = 6;

class PoolStressTest : public testing::TestWithParam<bool> {
 protected:
  PoolStressTest() {
    policy_.size = 3;
    policy_.max_idle = kLargest;
    policy_.min_idle = 1;
    policy_.acquire_timeout = 5s;
    policy_.reset = policy::Reset::kAuto;
    policy_.max_uses = 50;
    policy_.max_lifetime = 20ms;
    policy_.lifetime_jitter = 0.5;
    policy_.rotation_spare = 1;
    policy_.idle_timeout = 5ms;
    policy_.validate = policy::Validate::kAuto;
    policy_.validate_after_idle = 2ms;
    policy_.handoff_after = 20us;
    policy_.backoff_base = 100us;
    policy_.backoff_cap = 1ms;
    std::shared_ptr<Env> env = internal::make_real_env(8);
    env_ = GetParam() ? env : std::make_shared<EnvWithoutBarrier>(env);
    pool_ =
        std::make_shared<Pool>(PoolDefinition{policy_, driver_, {drivers::Endpoint{}}, {}}, env_);
    pool_->start();
  }

  static void use(Lease<Fake>& lease, std::mt19937& random) {
    harness::FakeConnection& connection = lease.connection();
    ASSERT_EQ(++connection.users, 1);
    if (random() % 4 == 0) {
      std::this_thread::yield();
    }
    --connection.users;
    if (random() % 50 == 0) {
      connection.need = drivers::ResetNeed::kSession;
    } else if (random() % 50 == 0) {
      connection.broken = true;
    } else if (random() % 50 == 0) {
      lease.discard();
    }
  }

  void borrow(std::uint32_t seed) {
    const PoolHandle<Fake> handle{pool_};
    std::mt19937 random{seed};
    for (int i = 0; i < kRounds; ++i) {
      std::stop_source stop;
      if (random() % 20 == 0) {
        stop.request_stop();
      }
      auto lease = random() % 5 == 0   ? handle.try_acquire()
                   : random() % 7 == 0 ? handle.acquire({.timeout = 50us})
                                       : handle.acquire({.timeout = 20s, .stop = stop.get_token()});
      if (lease) {
        ++served_;
        use(*lease, random);
      } else {
        ASSERT_TRUE(lease.error().code != Errc::kTimeout || lease.error().report->waited < 15s)
            << lease.error().message();
      }
    }
  }

  // Whatever else a pool meets in its life, until the borrowers are done. One disturbance for each
  // few leases, so that a pool that is never let alone is not what is tested.
  void disturb(std::uint32_t seed) {
    std::mt19937 random{seed};
    std::int64_t next = 0;
    while (!done_.load()) {
      pool_->tick();
      std::this_thread::yield();
      if (served_.load() < next) {
        continue;
      }
      next = served_.load() + 10;
      switch (random() % 4) {
        case 0:
          pool_->resize(1 + static_cast<std::int64_t>(random() % kLargest));
          break;
        case 1:
          pool_->bump_generation();
          break;
        case 2:
          driver_->fail_next_dial({drivers::ErrorKind::kRefused, "connect", "refused"});
          break;
        default:
          pool_->holders();
      }
    }
    pool_->resize(kLargest);
  }

  policy::PoolPolicy policy_ = test::small_policy(3);
  std::shared_ptr<harness::FakeDriver> driver_ = std::make_shared<harness::FakeDriver>();
  std::shared_ptr<Env> env_;
  std::shared_ptr<Pool> pool_;
  std::atomic<bool> done_{false};
  std::atomic<std::int64_t> served_{0};
};

TEST_P(PoolStressTest, SurvivesEverythingAtOnceAndLosesNothing) {
  std::vector<std::thread> borrowers;
  for (std::uint32_t t = 0; t < kThreads; ++t) {
    borrowers.emplace_back([this, t] { borrow(t); });
  }
  std::thread disturber([this] { disturb(99); });
  for (std::thread& thread : borrowers) {
    thread.join();
  }
  done_ = true;
  disturber.join();

  const PoolSnapshot after = pool_->snapshot();
  EXPECT_EQ(after.acquired, served_.load());
  EXPECT_EQ(after.in_use, 0);
  EXPECT_EQ(after.waiting, 0);
  EXPECT_LE(driver_->most_open(), kLargest + 1);
  pool_->close();
  EXPECT_TRUE(pool_->await_closed(env_->clock().now() + 20s));
  env_->executor().stop();
  EXPECT_EQ(driver_->open(), 0);
}

INSTANTIATE_TEST_SUITE_P(Fences, PoolStressTest, testing::Bool(), [](const auto& param) {
  return param.param ? std::string{"PaidByWaiters"} : std::string{"PaidByReturns"};
});

}  // namespace
}  // namespace millpond
