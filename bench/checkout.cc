// What it costs to borrow a connection and give it back when there is one: nanoseconds a cycle
// beside other pools, and allocations, system calls and instructions.
//
// With --worker-cycles it is the run that strace and callgrind look at, and prints nothing.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "millpond/bench/against_mutex.h"
#include "millpond/bench/baselines/mutex_lifo.h"
#include "millpond/bench/baselines/no_pool.h"
#include "millpond/bench/baselines/poco_pool.h"
#include "millpond/bench/baselines/redis_shape.h"
#include "millpond/bench/baselines/soci_pool.h"
#include "millpond/bench/crew.h"
#include "millpond/bench/cycle.h"
#include "millpond/bench/figures.h"
#include "millpond/bench/measure.h"
#include "millpond/bench/millpond_pool.h"
#include "millpond/bench/options.h"
#include "millpond/bench/traced_run.h"
#include "millpond/cli/text_table.h"

namespace millpond::bench {
namespace {

using Results = std::vector<Series<Cycles>>;

struct Shape {
  std::string name;
  int threads;
  int slots;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all{{"t1", 1, 32},     {"t2", 2, 32},   {"t4", 4, 32},
                                      {"t8", 8, 32},     {"t32", 32, 32}, {"t8n4", 8, 4},
                                      {"t32n16", 32, 16}};
  return all;
}

// A pool of its own for each run, so that no run is lucky with where its memory lies for all.
template <class Pool>
Contender<Cycles> cycling(std::string name, int slots, const Crew& crew) {
  return {std::move(name), [slots, crew] {
            Pool pool(slots);
            return cycle(pool, crew);
          }};
}

std::vector<Contender<Cycles>> contenders(const Shape& shape, std::chrono::nanoseconds time) {
  const Crew crew{.threads = shape.threads, .duration = time};
  const int slots = shape.slots;
  return {cycling<MillpondPool>("Millpond", slots, crew),
          cycling<MutexLifo>("mutex + vector", slots, crew),
          cycling<MillpondPool>("Millpond again", slots, crew),
          cycling<MutexLifo>("mutex + vector again", slots, crew),
          cycling<PocoPool>("POCO ObjectPool", slots, crew),
          cycling<SociPool>("SOCI connection_pool", slots, crew),
          cycling<RedisShape>("redis++ shape", slots, crew),
          cycling<NoPool>("no pool: the loop alone", slots, crew)};
}

std::vector<Results> measure(const Options& options) {
  constexpr int kContenders = 8;
  const int runs = kContenders * static_cast<int>(shapes().size());
  const auto time = time_of_a_run(options, 1, runs);
  std::vector<Results> all;
  for (const Shape& shape : shapes()) {
    const std::string what = fmt::format("{} threads on {} slots", shape.threads, shape.slots);
    all.push_back(play<Cycles>(options.rounds, contenders(shape, time), progress(options, what)));
  }
  return all;
}

void print_table(const std::vector<Results>& all) {
  std::vector<std::vector<std::string>> rows{{"ns a cycle, median (quartiles)"}};
  for (const Shape& shape : shapes()) {
    rows.front().push_back(fmt::format("T{} N{}", shape.threads, shape.slots));
  }
  for (std::size_t place = 0; place < all.front().size(); ++place) {
    rows.push_back({all.front()[place].name});
    for (const Results& results : all) {
      rows.back().push_back(middle(each(results[place], &Cycles::ns)));
    }
  }
  std::cout << cli::render_table(rows);
}

std::optional<Target> target_of(const Shape& shape) {
  constexpr double kOneThread = 0.6;
  constexpr double kMoreThreads = 0.15;
  if (shape.name == "t1") {
    return at_most(kOneThread);
  }
  if (shape.name == "t2" || shape.name == "t4" || shape.name == "t8") {
    return at_most(kMoreThreads);
  }
  return std::nullopt;
}

std::vector<Figure> ratio_figures(const std::vector<Results>& all) {
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Shape& shape = shapes()[i];
    Figure figure =
        against_mutex(fmt::format("checkout.{}.vs_mutex", shape.name), all[i], &Cycles::ns);
    figure.target = target_of(shape);
    figures.push_back(figure);
  }
  return figures;
}

// The most that any round of any shape with a connection for everybody made, and a word about
// shapes in which a caller was turned away.
Figure allocation_figure(const std::vector<Results>& all) {
  double most = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Shape& shape = shapes()[i];
    if (shape.slots >= shape.threads) {
      most = std::max(most, spread_of(each(all[i][kOurs.first], &Cycles::allocations)).most);
    }
    if (const double refused = spread_of(each(all[i][kOurs.first], &Cycles::refused)).most;
        refused > 0) {
      std::cout << fmt::format("{}: up to {:.3f} of the attempts were refused\n", shape.name,
                               refused);
    }
  }
  return {.name = "checkout.allocations", .value = most, .target = at_most(0)};
}

struct Worker {
  std::int64_t cycles = -1;  // none: this is not a worker
  int threads = 1;
  std::string pool = "millpond";
};

template <class Pool>
void work(const Worker& worker) {
  constexpr int kSlots = 32;
  constexpr std::int64_t kWarmUp = 1000;
  Pool pool(kSlots);
  run_crew<int>({.threads = worker.threads}, [&](int /*member*/, Signals& signals) {
    turn(pool, kWarmUp);
    signals.ready();
    mark_loop_begin();
    turn(pool, worker.cycles);
    mark_loop_end();
    return 0;
  });
}

std::vector<std::string> worker_arguments(const Worker& worker) {
  return {"--worker-cycles",  std::to_string(worker.cycles),
          "--worker-threads", std::to_string(worker.threads),
          "--worker-pool",    worker.pool};
}

void add_system_calls(std::vector<Figure>& figures) {
  constexpr std::int64_t kCycles = 200'000;
  constexpr int kThreads = 2;
  std::cerr << "   system calls: under strace\n";
  const auto calls =
      traced_system_calls(worker_arguments({.cycles = kCycles, .threads = kThreads}));
  if (!calls) {
    std::cout << "checkout.syscalls: skipped, strace is missing or may not trace here\n";
    return;
  }
  std::cout << fmt::format("{} system calls by {} callers in {} cycles each\n", *calls, kThreads,
                           kCycles);
  figures.push_back({.name = "checkout.syscalls",
                     .value = static_cast<double>(*calls) / (kCycles * kThreads),
                     .target = at_most(0)});
}

void add_instructions(std::vector<Figure>& figures, const std::string& pool,
                      const std::string& name) {
  constexpr std::int64_t kFew = 20'000;
  constexpr std::int64_t kMany = 320'000;
  std::cerr << fmt::format("   instructions of {}: under callgrind\n", pool);
  const auto few = traced_instructions(worker_arguments({.cycles = kFew, .pool = pool}));
  const auto many = traced_instructions(worker_arguments({.cycles = kMany, .pool = pool}));
  if (!few || !many) {
    std::cout << fmt::format("{}: skipped, valgrind is missing or does not run here\n", name);
    return;
  }
  figures.push_back({.name = name, .value = static_cast<double>(*many - *few) / (kMany - kFew)});
}

void run(const Options& options) {
  print_conditions(std::cout, options);
  const std::vector<Results> all = measure(options);
  print_table(all);
  std::vector<Figure> figures = ratio_figures(all);
  figures.push_back(allocation_figure(all));
  add_system_calls(figures);
  add_instructions(figures, "millpond", "checkout.instructions");
  add_instructions(figures, "mutex", "checkout.mutex_instructions");
  print_figures(std::cout, figures);
}

}  // namespace
}  // namespace millpond::bench

int main(int argc, char** argv) {
  using namespace millpond::bench;
  CLI::App app{"What it costs to borrow a connection and give it back."};
  Options options{.seconds = 110};
  Worker worker;
  add_options(app, options);
  app.add_option("--worker-cycles", worker.cycles)->group("");
  app.add_option("--worker-threads", worker.threads)->group("");
  app.add_option("--worker-pool", worker.pool)->group("");
  CLI11_PARSE(app, argc, argv);
  if (worker.cycles < 0) {
    run(options);
  } else if (worker.pool == "mutex") {
    work<MutexLifo>(worker);
  } else {
    work<MillpondPool>(worker);
  }
}
