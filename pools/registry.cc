#include "millpond/pools/registry.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "millpond/policy/suggestion.h"
#include "millpond/pools/internal/fork_guard.h"
#include "millpond/pools/internal/real_env.h"
#include "millpond/pools/internal/server.h"
#include "millpond/pools/internal/ticker.h"

namespace millpond {
namespace {

// Workers for everything that may block at once: each pool's dials, and as many probes, resets, and
// closes again, so that wedged dials never keep a return waiting.
int workers_for(const std::vector<PoolDefinition>& definitions) {
  std::int64_t workers = 0;
  for (const PoolDefinition& definition : definitions) {
    workers += 2 * definition.policy.max_concurrent_dials;
  }
  constexpr std::int64_t kMost = 256;
  return static_cast<int>(std::clamp<std::int64_t>(workers, 1, kMost));
}

// "postgres" → "Postgres": the tag type a call site names.
std::string tag_of(std::string_view backend) {
  std::string tag{backend};
  tag.front() = static_cast<char>(tag.front() - 'a' + 'A');
  return "millpond::" + tag;
}

}  // namespace

struct Registry::State {
  std::string origin;
  std::shared_ptr<Env> env;
  std::vector<std::shared_ptr<Pool>> pools;    // in policy order
  std::vector<std::shared_ptr<Pool>> by_name;  // sorted
  std::shared_ptr<internal::Ticker> ticker;
  pid_t owner = getpid();  // a fork's child has none of the threads
  bool closed = false;
};

Registry::Registry(std::string origin, std::vector<PoolDefinition> definitions,
                   std::shared_ptr<Env> env)
    : state_(std::make_unique<State>()) {
  state_->origin = std::move(origin);
  state_->env = std::move(env);
  const auto servers = internal::servers_of(definitions);
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    state_->pools.push_back(
        std::make_shared<Pool>(std::move(definitions[i]), state_->env, servers[i]));
    internal::keep(state_->pools.back());
  }
  state_->by_name = state_->pools;
  std::sort(state_->by_name.begin(), state_->by_name.end(),
            [](const auto& a, const auto& b) { return a->policy().name < b->policy().name; });
  state_->ticker = std::make_shared<internal::Ticker>(state_->env, [pools = state_->pools] {
    for (const auto& pool : pools) {
      pool->tick();
    }
  });
  for (const auto& pool : state_->pools) {
    pool->start();
  }
  state_->ticker->start();
}

Registry::Registry(std::string origin, const std::vector<PoolDefinition>& definitions)
    : Registry(std::move(origin), definitions, internal::make_real_env(workers_for(definitions))) {}

Registry::Registry(Registry&&) noexcept = default;

Registry& Registry::operator=(Registry&& other) noexcept {
  if (this != &other) {
    close();
    state_ = std::move(other.state_);
  }
  return *this;
}

Registry::~Registry() {
  close();
}

Result<std::shared_ptr<Pool>> Registry::find(std::string_view workload,
                                             std::string_view backend) const {
  const auto& pools = state_->by_name;
  const auto at =
      std::lower_bound(pools.begin(), pools.end(), workload,
                       [](const auto& pool, auto name) { return pool->policy().name < name; });
  if (at == pools.end() || (*at)->policy().name != workload) {
    std::vector<std::string_view> names;
    for (const auto& pool : pools) {
      names.emplace_back(pool->policy().name);
    }
    const std::string hint = policy::did_you_mean(workload, names);
    return tl::unexpected(
        Error{Errc::kUnknownWorkload,
              fmt::format("no workload `{}` in {}{}{}; it defines {}", workload, state_->origin,
                          hint.empty() ? "" : ": ", hint, policy::listed(names))});
  }
  if ((*at)->backend() != backend) {
    return tl::unexpected(
        Error{Errc::kWrongBackend,
              fmt::format("workload `{}` in {} is on {} ([server.{}]), but the call site asks for "
                          "pool<{}>: use pool<{}>",
                          workload, state_->origin, (*at)->backend(), (*at)->policy().server,
                          tag_of(backend), tag_of((*at)->backend()))});
  }
  return *at;
}

std::vector<PoolSnapshot> Registry::snapshot() const {
  std::vector<PoolSnapshot> snapshots;
  snapshots.reserve(state_->pools.size());
  for (const auto& pool : state_->pools) {
    snapshots.push_back(pool->snapshot());
  }
  return snapshots;
}

std::vector<policy::PoolPolicy> Registry::policies() const {
  std::vector<policy::PoolPolicy> policies;
  policies.reserve(state_->pools.size());
  for (const auto& pool : state_->pools) {
    policies.push_back(pool->policy());
  }
  return policies;
}

std::vector<Undrained> Registry::close() {
  std::vector<Undrained> leaking;
  if (state_ == nullptr || state_->closed) {
    return leaking;
  }
  if (state_->owner != getpid()) {
    // Nothing here is the child's to close, and no thread is there to be joined: let it be.
    static_cast<void>(state_.release());
    return leaking;
  }
  state_->closed = true;
  state_->ticker->stop();
  for (const auto& pool : state_->pools) {
    pool->close();
  }
  const TimePoint since = state_->env->clock().now();
  for (const auto& pool : state_->pools) {
    if (!pool->await_closed(since + pool->policy().drain_timeout)) {
      leaking.push_back({.workload = pool->policy().name, .holders = pool->holders()});
    }
  }
  state_->env->peer_watch().stop();  // first: what it notices is work for the executor
  // No server that does not answer keeps the workers past the deadline.
  for (const auto& pool : state_->pools) {
    pool->call_off();
  }
  state_->env->executor().stop();
  return leaking;
}

}  // namespace millpond
