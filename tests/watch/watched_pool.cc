#include "millpond/tests/watch/watched_pool.h"

#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>

#include "millpond/pools/call_site.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/internal/real_env.h"

namespace millpond::test {
namespace {

constexpr int kWorkers = 8;
constexpr std::chrono::seconds kLongEnough{10};

}  // namespace

bool await(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kLongEnough;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::yield();
  }
  return true;
}

WatchedPool::WatchedPool(const policy::PoolPolicy& policy,
                         std::shared_ptr<const drivers::Driver> driver,
                         const drivers::Endpoint& endpoint)
    : env_(internal::make_real_env(kWorkers)),
      pool_(
          std::make_shared<Pool>(PoolDefinition{policy, std::move(driver), {endpoint}, {}}, env_)) {
  pool_->start();
}

WatchedPool::~WatchedPool() {
  if (ticker_ != nullptr) {
    ticker_->stop();
  }
  pool_->close();
  pool_->await_closed(env_->clock().now() + kLongEnough);
  env_->peer_watch().stop();
  env_->executor().stop();
}

void WatchedPool::start_ticking() {
  ticker_ = std::make_shared<internal::Ticker>(env_, [pool = pool_] { pool->tick(); });
  ticker_->start();
}

internal::Ticket WatchedPool::borrow() {
  if (const internal::Ticket ticket = pool_->take(CallSite::here())) {
    return ticket;
  }
  const auto found = pool_->wait_for_one({}, CallSite::here());
  if (!found) {
    throw std::runtime_error(found.error().message());
  }
  return *found;
}

bool WatchedPool::await(const std::function<bool(const PoolSnapshot&)>& condition) {
  return test::await([&] { return condition(pool_->snapshot()); });
}

}  // namespace millpond::test
