#include "millpond/drivers/net/resolve.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <semaphore>
#include <stop_token>
#include <string>
#include <thread>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/drivers/budget.h"
#include "millpond/drivers/error.h"

namespace millpond::drivers {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using Names = std::vector<std::string>;

// A name service that answers when it is told to.
struct NameService {
  std::atomic<int> asked = 0;
  std::counting_semaphore<> answers{0};
  std::counting_semaphore<> served{0};

  static Resolver resolver(std::shared_ptr<NameService> service) {
    return Resolver{[service = std::move(service)](const std::string& host) {
      ++service->asked;
      service->answers.acquire();
      service->served.release();
      return Resolver::Addresses{Names{host + "'s address"}};
    }};
  }
};

TEST(Resolver, AnswersANumericAddressWithoutAskingAnybody) {
  const Resolver resolver{[](const std::string&) -> Resolver::Addresses {
    ADD_FAILURE() << "asked";
    return tl::unexpected(Error{});
  }};
  EXPECT_EQ(resolver.resolve("127.0.0.1", Budget{0ms}).value(), Names{"127.0.0.1"});
  EXPECT_EQ(resolver.resolve("fd00::7", Budget{0ms}).value(), Names{"fd00::7"});
}

TEST(Resolver, FindsTheLocalHost) {
  const auto addresses = Resolver{}.resolve("localhost", Budget{10s});
  ASSERT_TRUE(addresses) << addresses.error().message;
  ASSERT_FALSE(addresses->empty());
  EXPECT_TRUE(addresses->front() == "127.0.0.1" || addresses->front() == "::1");
}

TEST(Resolver, NamesTheHostItCannotFind) {
  const auto addresses = Resolver{}.resolve("no-such-host.invalid", Budget{30s});
  ASSERT_FALSE(addresses);
  EXPECT_EQ(addresses.error().kind, ErrorKind::kUnreachable);
  EXPECT_NE(addresses.error().message.find("no-such-host.invalid"), std::string::npos);
}

TEST(Resolver, StopsWaitingForASilentNameServerWhenTheBudgetIsUsedUp) {
  const auto service = std::make_shared<NameService>();
  const auto started = Budget::Clock::now();
  const auto addresses = NameService::resolver(service).resolve("slow.test", Budget{100ms});
  EXPECT_LT(Budget::Clock::now() - started, 2s);
  ASSERT_FALSE(addresses);
  EXPECT_EQ(addresses.error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(addresses.error().message, "the name servers did not answer for \"slow.test\" in time");
  // The lookup ends by itself after the resolver is gone.
  service->answers.release();
  EXPECT_TRUE(service->served.try_acquire_for(10s));
}

TEST(Resolver, StopsWaitingWhenItIsCalledOff) {
  const auto service = std::make_shared<NameService>();
  std::stop_source stop;
  stop.request_stop();
  const auto addresses =
      NameService::resolver(service).resolve("slow.test", Budget{10s, stop.get_token()});
  ASSERT_FALSE(addresses);
  EXPECT_EQ(addresses.error().kind, ErrorKind::kCancelled);
  service->answers.release();
  EXPECT_TRUE(service->served.try_acquire_for(10s));
}

TEST(Resolver, AsksOnceForANameThatManyWaitFor) {
  const auto service = std::make_shared<NameService>();
  const Resolver resolver = NameService::resolver(service);
  // Each gives up at once, and leaves the one lookup running.
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(resolver.resolve("slow.test", Budget{1ms}));
  }
  EXPECT_EQ(service->asked, 1);
  Resolver::Addresses late = tl::unexpected(Error{});
  std::thread waiter{[&] { late = resolver.resolve("slow.test", Budget{10s}); }};
  // Usually the waiter gets the first lookup's answer; if it comes too late for that, a second
  // one's.
  service->answers.release(2);
  waiter.join();
  ASSERT_TRUE(late) << late.error().message;
  EXPECT_EQ(*late, Names{"slow.test's address"});
}

TEST(Resolver, AsksAgainOnceANameWasAnswered) {
  const auto service = std::make_shared<NameService>();
  const Resolver resolver = NameService::resolver(service);
  service->answers.release(2);
  EXPECT_TRUE(resolver.resolve("a.test", Budget{10s}));
  EXPECT_TRUE(resolver.resolve("a.test", Budget{10s}));
  EXPECT_EQ(service->asked, 2);
}

}  // namespace
}  // namespace millpond::drivers
