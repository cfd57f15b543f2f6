#include "millpond/bench/millpond_pool.h"

#include <algorithm>
#include <stdexcept>
#include <thread>
#include <utility>

#include "millpond/bench/default_policy.h"
#include "millpond/pools/definition.h"

namespace millpond::bench {

PoolDefinition define(const MillpondSetup& setup) {
  policy::PoolPolicy policy = default_policy(setup.size);
  if (setup.adjust) {
    setup.adjust(policy);
  }
  return {.policy = std::move(policy),
          .driver = std::make_shared<NullDriver>(setup.dials_take),
          .endpoints = {drivers::Endpoint{}},
          .settings = {}};
}

void await_idle(const Registry& registry) {
  using Clock = std::chrono::steady_clock;
  const std::vector<policy::PoolPolicy> policies = registry.policies();
  const auto ready = [&] {
    const std::vector<PoolSnapshot> pools = registry.snapshot();
    return std::ranges::equal(pools, policies, [](const auto& pool, const auto& policy) {
      return pool.idle >= policy.min_idle;
    });
  };
  constexpr std::chrono::seconds kPatience{60};
  const auto deadline = Clock::now() + kPatience;
  while (!ready()) {
    if (Clock::now() > deadline) {
      throw std::runtime_error("the pools did not open their connections within a minute");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

MillpondPool::MillpondPool(const MillpondSetup& setup)
    : registry_("bench.toml", {define(setup)}), handle_(registry_.pool<Null>("bench")) {
  await_idle(registry_);
}

std::vector<Lease<Null>> MillpondPool::hold(int count) {
  std::vector<Lease<Null>> leases;
  for (int i = 0; i < count; ++i) {
    auto lease = handle_.acquire();
    if (!lease) {
      throw Error{lease.error().code, lease.error().message()};
    }
    leases.push_back(*std::move(lease));
  }
  return leases;
}

}  // namespace millpond::bench
