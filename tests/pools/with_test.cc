// with(): what is tried again, how often, and on which connection.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "millpond/drivers/error.h"
#include "millpond/pools/registry.h"
#include "millpond/tests/harness/fake_driver/fake_driver.h"
#include "millpond/tests/harness/fake_env/fake_env.h"
#include "millpond/tests/pools/policies.h"

namespace millpond {
namespace {

using namespace std::chrono_literals;
using drivers::ErrorKind;
using harness::FakeConnection;

struct Conflict : std::runtime_error {
  Conflict() : std::runtime_error("deadlock") {}
};

// Knows one exception, as the tag of a real backend knows its library's.
struct Telling : harness::Fake {
  static std::optional<ErrorKind> kind_of(const std::exception& thrown) {
    return dynamic_cast<const Conflict*>(&thrown) == nullptr ? std::nullopt
                                                             : std::optional{ErrorKind::kConflict};
  }
};

class WithTest : public testing::Test {
 protected:
  WithTest() {
    policy_.name = "orders";
    policy_.max_retries = 2;
    policy_.retry_backoff = policy::RetryBackoff::kNone;
  }

  Registry open() {
    return Registry{"pools.toml", {{policy_, driver_, {drivers::Endpoint{}}, {}}}, env_};
  }

  policy::PoolPolicy policy_ = test::small_policy(2);
  std::shared_ptr<harness::FakeDriver> driver_ = std::make_shared<harness::FakeDriver>();
  std::shared_ptr<harness::FakeEnv> env_ = std::make_shared<harness::FakeEnv>();
  std::vector<int> sessions_;  // on which the work was tried
};

TEST_F(WithTest, IdempotentWorkIsTriedAgainOnAnotherSessionUntilItSucceeds) {
  const Registry registry = open();
  const int done = registry.with<Telling>("orders",
                                          [&](FakeConnection& connection) {
                                            sessions_.push_back(connection.session);
                                            if (sessions_.size() < 3) {
                                              connection.broken = true;
                                              throw std::runtime_error("the connection broke");
                                            }
                                            return 42;
                                          },
                                          {.idempotent = true});
  EXPECT_EQ(done, 42);
  EXPECT_EQ(sessions_, (std::vector{1, 2, 3}));
}

TEST_F(WithTest, AfterTheLastTryTheWorksOwnFailureIsTold) {
  const Registry registry = open();
  const auto work = [&](FakeConnection& connection) {
    sessions_.push_back(connection.session);
    throw Conflict();
  };
  EXPECT_THROW(registry.with<Telling>("orders", work, {.idempotent = true}), Conflict);
  EXPECT_EQ(sessions_.size(), 3U);
}

TEST_F(WithTest, WorkThatNobodyCallsIdempotentIsDoneOnce) {
  const Registry registry = open();
  const auto work = [&](FakeConnection& connection) {
    sessions_.push_back(connection.session);
    connection.broken = true;
    throw std::runtime_error("the connection broke, and who knows when");
  };
  EXPECT_THROW(registry.with<Telling>("orders", work), std::runtime_error);
  EXPECT_EQ(sessions_.size(), 1U);
}

TEST_F(WithTest, AFailureThatWillNotPassIsToldAtOnce) {
  const Registry registry = open();
  const auto work = [&](FakeConnection& connection) {
    sessions_.push_back(connection.session);
    throw std::invalid_argument("a bug of the caller's");
  };
  EXPECT_THROW(registry.with<Telling>("orders", work, {.idempotent = true}), std::invalid_argument);
  EXPECT_EQ(sessions_.size(), 1U);
}

TEST_F(WithTest, AReturnedErrorIsAFailureToo) {
  const Registry registry = open();
  const auto work = [&](FakeConnection& connection) -> drivers::Result<int> {
    sessions_.push_back(connection.session);
    if (sessions_.size() < 2) {
      connection.broken = true;
      return tl::unexpected(drivers::Error{ErrorKind::kTimeout, "command", "no answer"});
    }
    return 42;
  };
  EXPECT_EQ(registry.with<Telling>("orders", work, {.idempotent = true}).value(), 42);
  EXPECT_EQ(sessions_, (std::vector{1, 2}));
  sessions_.clear();
  const auto once = registry.with<Telling>("orders", work);
  ASSERT_FALSE(once);
  EXPECT_EQ(once.error().message, "no answer");
}

TEST_F(WithTest, WhatTheWorkReturnsComesBackAsItIs) {
  const Registry registry = open();
  int kept = 1;
  registry.with<Telling>("orders", [&](FakeConnection&) -> int& { return kept; }) = 2;
  EXPECT_EQ(kept, 2);
  auto owned =
      registry.with<Telling>("orders", [](FakeConnection&) { return std::make_unique<int>(3); });
  EXPECT_EQ(*owned, 3);
}

TEST_F(WithTest, ARetryIsMadeOnASessionThatHasJustAnswered) {
  policy_.min_idle = 2;
  const Registry registry = open();
  env_->run_posted();
  driver_->fail_next_probe({ErrorKind::kBroken, "probe", "restarted"});
  const auto work = [&](FakeConnection& connection) {
    sessions_.push_back(connection.session);
    if (sessions_.size() == 1) {
      connection.broken = true;
      throw std::runtime_error("the server was restarted");
    }
  };
  registry.with<Telling>("orders", work, {.idempotent = true});
  ASSERT_EQ(sessions_.size(), 2U);
  EXPECT_EQ(sessions_.back(), 3) << "session 2 is as dead as session 1";
  EXPECT_GE(driver_->probes(), 2);
}

TEST_F(WithTest, NothingIsHeldInThePause) {
  policy_.retry_backoff = policy::RetryBackoff::kFullJitter;
  const Registry registry = open();
  std::vector<std::int64_t> in_use;
  const auto work = [&](FakeConnection&) -> drivers::Result<int> {
    env_->executor().post([&] { in_use.push_back(registry.snapshot().at(0).in_use); });
    return tl::unexpected(drivers::Error{ErrorKind::kConflict, "command", "deadlock"});
  };
  EXPECT_FALSE(registry.with<Telling>("orders", work, {.idempotent = true}));
  env_->run_posted();
  ASSERT_EQ(in_use.size(), 3U);
  EXPECT_EQ(in_use, (std::vector<std::int64_t>{0, 0, 0}));
}

TEST_F(WithTest, ThePauseIsThePolicysAndAStopEndsIt) {
  policy_.retry_backoff = policy::RetryBackoff::kFullJitter;
  const Registry registry = open();
  const TimePoint before = env_->now();
  const auto work = [&](FakeConnection&) { throw Conflict(); };
  EXPECT_THROW(registry.with<Telling>("orders", work, {.idempotent = true}), Conflict);
  EXPECT_GT(env_->now(), before);
  EXPECT_LE(env_->now(), before + 150ms) << "U(0, 50 ms) and U(0, 100 ms)";

  std::stop_source stop;
  const TimePoint stopped = env_->now();
  const auto stopping = [&](FakeConnection&) {
    stop.request_stop();
    throw Conflict();
  };
  try {
    registry.with<Telling>("orders", stopping, {.stop = stop.get_token(), .idempotent = true});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Errc::kCancelled) << error.message();
  }
  EXPECT_EQ(env_->now(), stopped);
}

}  // namespace
}  // namespace millpond
