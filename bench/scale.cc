// How costs grow with the number of slots in a pool and of pools in a registry: a checkout that
// finds the thread's last connection, one that must look for another, a tick of maintenance, and
// memory.
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/bench/default_policy.h"
#include "millpond/bench/figures.h"
#include "millpond/bench/measure.h"
#include "millpond/bench/millpond_pool.h"
#include "millpond/bench/null_driver.h"
#include "millpond/bench/options.h"
#include "millpond/bench/paired.h"
#include "millpond/bench/resident_memory.h"
#include "millpond/cli/text_table.h"
#include "millpond/policy/pool_policy.h"
#include "millpond/pools/definition.h"
#include "millpond/pools/env.h"
#include "millpond/pools/internal/real_env.h"
#include "millpond/pools/lease.h"
#include "millpond/pools/pool.h"
#include "millpond/pools/pool_handle.h"
#include "millpond/pools/registry.h"

namespace millpond::bench {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

// In a round: each size once, the smallest and the largest twice.
const std::vector<int>& sizes() {
  static const std::vector<int> all{10, 100, 1000, 10'000, 10, 10'000};
  return all;
}
constexpr Runs kSmallest{.first = 0, .again = 4};
constexpr Runs kLargest{.first = 3, .again = 5};
constexpr int kMostSlots = 10'000;
constexpr int kLeastSlots = 10;

struct Costs {
  double home_ns = 0;   // a checkout of the one pool, or of one of the pools
  double other_ns = 0;  // slots: the thread's last connection is out; pools: another pool each time
  double last_ns = 0;   // slots: all but one are out, and that one is not the thread's last
  double tick_ns = 0;   // of all slots, or of all pools
};

using Results = std::vector<Series<Costs>>;

// The mean time of one call.
template <class Call>
double ns_of(Nanoseconds time, int batch, const Call& call) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  double calls = 0;
  Nanoseconds spent{};
  while (spent < time) {
    for (int i = 0; i < batch; ++i) {
      call();
    }
    calls += batch;
    spent = Clock::now() - start;
  }
  return static_cast<double>(spent.count()) / calls;
}

constexpr int kBatch = 64;

void borrow(const PoolHandle<Null>& pool) {
  auto lease = pool.acquire();
  lease->connection().session.touch();
}

// Two leases that are given back and taken in turn: each time, the connection that this thread had
// last is the one that is out.
double alternate(Nanoseconds time, const PoolHandle<Null>& pool) {
  std::vector<std::optional<Lease<Null>>> leases(2);
  leases[0].emplace(*pool.acquire());
  leases[1].emplace(*pool.acquire());
  std::size_t next = 0;
  return ns_of(time, kBatch, [&] {
    leases[next].reset();
    leases[next].emplace(*pool.acquire());
    leases[next]->connection().session.touch();
    next = 1 - next;
  });
}

// Pools without a registry, so that nobody ticks them but the caller.
class UntendedPools {
 public:
  UntendedPools(int count, int slots) : env_(internal::make_real_env(kWorkers)) {
    const PoolDefinition definition = define({.size = slots});
    for (int i = 0; i < count; ++i) {
      pools_.push_back(std::make_shared<Pool>(definition, env_));
      pools_.back()->start();
    }
    for (const auto& pool : pools_) {
      while (pool->snapshot().idle < slots) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
        pool->tick();
      }
    }
  }
  UntendedPools(const UntendedPools&) = delete;
  UntendedPools& operator=(const UntendedPools&) = delete;
  ~UntendedPools() {
    for (const auto& pool : pools_) {
      pool->close();
    }
    env_->executor().stop();
  }

  void tick() {
    for (const auto& pool : pools_) {
      pool->tick();
    }
  }

 private:
  static constexpr int kWorkers = 4;
  std::shared_ptr<Env> env_;
  std::vector<std::shared_ptr<Pool>> pools_;
};

double tick_ns(Nanoseconds time, int pools, int slots) {
  UntendedPools untended(pools, slots);
  return ns_of(time, 1, [&untended] { untended.tick(); });
}

constexpr int kParts = 4;  // of the time of a run, one for each cost

Costs costs_of_slots(int slots, Nanoseconds time) {
  Costs costs;
  {
    MillpondPool pool(slots);
    costs.home_ns = ns_of(time / kParts, kBatch, [&pool] { borrow(pool.handle()); });
    costs.other_ns = alternate(time / kParts, pool.handle());
    const std::vector<Lease<Null>> held = pool.hold(slots - 2);
    costs.last_ns = alternate(time / kParts, pool.handle());
  }
  costs.tick_ns = tick_ns(time / kParts, 1, slots);
  return costs;
}

Registry registry_of(int pools) {
  const PoolDefinition one = define({.size = 1});
  std::vector<PoolDefinition> definitions(static_cast<std::size_t>(pools), one);
  int number = 0;
  for (PoolDefinition& definition : definitions) {
    definition.policy.name = fmt::format("pool-{}", number++);
  }
  Registry registry("bench.toml", definitions);
  await_idle(registry);
  return registry;
}

Costs costs_of_pools(int pools, Nanoseconds time) {
  Costs costs;
  {
    const Registry registry = registry_of(pools);
    std::vector<PoolHandle<Null>> handles;
    for (int number = 0; number < pools; ++number) {
      handles.push_back(registry.pool<Null>(fmt::format("pool-{}", number)));
    }
    const PoolHandle<Null>& one = handles[handles.size() / 2];
    costs.home_ns = ns_of(2 * time / kParts, kBatch, [&one] { borrow(one); });
    std::size_t next = 0;
    costs.other_ns = ns_of(time / kParts, kBatch, [&] {
      borrow(handles[next]);
      next = next + 1 == handles.size() ? 0 : next + 1;
    });
  }
  costs.tick_ns = tick_ns(time / kParts, pools, 1);
  return costs;
}

Results play_sizes(const Options& options, const std::string& what,
                   Costs (*costs_of)(int size, Nanoseconds time)) {
  constexpr double kHalf = 0.5;
  const Nanoseconds time = time_of_a_run(options, kHalf, static_cast<int>(sizes().size()));
  std::vector<Contender<Costs>> contenders;
  for (const int size : sizes()) {
    contenders.push_back({fmt::format("{} {}", size, what), [=] { return costs_of(size, time); }});
  }
  return play<Costs>(options.rounds, contenders, progress(options, what));
}

void print_table(const Results& all, std::vector<std::string> heads,
                 const std::vector<double Costs::*>& columns) {
  std::vector<std::vector<std::string>> rows{std::move(heads)};
  for (const Series<Costs>& series : all) {
    rows.push_back({series.name});
    for (const auto column : columns) {
      rows.back().push_back(middle(each(series, column)));
    }
  }
  std::cout << cli::render_table(rows) << '\n';
}

Figure growth(std::string name, const Results& all, double Costs::*cost) {
  return ratio_figure(std::move(name), twice(all, kLargest, cost), twice(all, kSmallest, cost));
}

// What one more slot or pool adds.
Figure slope(std::string name, const Results& all, double Costs::*cost) {
  const double largest = own_figure({}, twice(all, kLargest, cost)).value;
  const double smallest = own_figure({}, twice(all, kSmallest, cost)).value;
  return {.name = std::move(name), .value = (largest - smallest) / (kMostSlots - kLeastSlots)};
}

void add_memory(std::vector<Figure>& figures) {
  const auto pools = resident_bytes_of([](const auto& measure) {
    const Registry registry = registry_of(kMostSlots);
    measure();
  });
  const auto slots = resident_bytes_of([](const auto& measure) {
    const MillpondPool pool(kMostSlots);
    measure();
  });
  if (pools) {
    figures.push_back({.name = "scale.bytes_per_pool", .value = *pools / kMostSlots});
  }
  if (slots) {
    figures.push_back({.name = "scale.bytes_per_slot", .value = *slots / kMostSlots});
  }
}

void run(const Options& options) {
  print_conditions(std::cout, options);
  std::vector<Figure> memory;
  std::cerr << "   memory of 10000 pools, and of 10000 slots\n";
  add_memory(memory);

  const Results slots = play_sizes(options, "slots", costs_of_slots);
  print_table(
      slots,
      {"one pool of", "last one free, ns", "last one out, ns", "one free of all, ns", "tick, ns"},
      {&Costs::home_ns, &Costs::other_ns, &Costs::last_ns, &Costs::tick_ns});
  const Results pools = play_sizes(options, "pools", costs_of_pools);
  print_table(pools, {"one registry of", "one pool, ns", "each in turn, ns", "tick of all, ns"},
              {&Costs::home_ns, &Costs::other_ns, &Costs::tick_ns});

  std::vector<Figure> figures{growth("scale.slots.home_10000_vs_10", slots, &Costs::home_ns),
                              growth("scale.slots.miss_10000_vs_10", slots, &Costs::other_ns),
                              growth("scale.slots.last_free_10000_vs_10", slots, &Costs::last_ns),
                              slope("scale.slots.last_free_ns_per_slot", slots, &Costs::last_ns),
                              slope("scale.tick_ns_per_slot", slots, &Costs::tick_ns),
                              growth("scale.pools.home_10000_vs_10", pools, &Costs::home_ns),
                              growth("scale.pools.in_turn_10000_vs_10", pools, &Costs::other_ns),
                              slope("scale.tick_ns_per_pool", pools, &Costs::tick_ns)};
  figures.insert(figures.end(), memory.begin(), memory.end());
  print_figures(std::cout, figures);
}

}  // namespace
}  // namespace millpond::bench

int main(int argc, char** argv) {
  using namespace millpond::bench;
  CLI::App app{"How costs grow with the number of slots in a pool and of pools in a registry."};
  Options options{.seconds = 60};
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  run(options);
}
