// What a pool is like when there are fewer connections than threads: turns a second and waits with
// holds of 1 ms asleep and of 2 us of work, the plain cycle under permanent contention, and how
// late an acquire that cannot succeed gives up.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/bench/against_mutex.h"
#include "millpond/bench/baselines/mutex_fifo.h"
#include "millpond/bench/baselines/mutex_lifo.h"
#include "millpond/bench/baselines/poco_pool.h"
#include "millpond/bench/baselines/soci_pool.h"
#include "millpond/bench/busy_work.h"
#include "millpond/bench/crew.h"
#include "millpond/bench/cycle.h"
#include "millpond/bench/figures.h"
#include "millpond/bench/hold.h"
#include "millpond/bench/measure.h"
#include "millpond/bench/millpond_pool.h"
#include "millpond/bench/options.h"
#include "millpond/bench/paired.h"
#include "millpond/bench/timeouts.h"
#include "millpond/cli/text_table.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::bench {
namespace {

using namespace std::chrono_literals;

// The parts of the time that each question gets.
constexpr double kHold1msShare = 0.45;
constexpr double kHold2usShare = 0.2;
constexpr double kCycleShare = 0.1;  // for each of the two shapes
constexpr double kTimeoutShare = 0.15;

// Served in turn, however long the queue; everything else as by default.
void serve_everybody(policy::PoolPolicy& policy) {
  constexpr int kRoom = 100'000;
  policy.overload = policy::Overload::kFifo;
  policy.max_waiters = kRoom;
  policy.acquire_timeout = 60s;
}

struct QueueingMillpond : MillpondPool {
  explicit QueueingMillpond(int size)
      : MillpondPool(MillpondSetup{.size = size, .adjust = serve_everybody}) {}
};

// The pools that let newcomers overtake come before the one that does not.
template <class Result, class Millpond, class Make>
std::vector<Contender<Result>> contenders(const Make& make) {
  return {make.template operator()<Millpond>("Millpond"),
          make.template operator()<MutexLifo>("mutex + vector"),
          make.template operator()<Millpond>("Millpond again"),
          make.template operator()<MutexLifo>("mutex + vector again"),
          make.template operator()<PocoPool>("POCO ObjectPool"),
          make.template operator()<SociPool>("SOCI connection_pool"),
          make.template operator()<MutexFifo>("mutex + queue, strictly in turn")};
}
constexpr int kContenders = 7;
constexpr std::size_t kPoco = kOthers;
constexpr std::size_t kSoci = kOthers + 1;

constexpr int kHeldSlots = 8;
using HeldSeries = std::vector<Series<Held>>;

void print_holds(const std::string& what, const HeldSeries& all) {
  std::vector<std::vector<std::string>> rows{
      {what, "borrows/s", "p50 ms", "p99 ms", "max ms", "min/max of a thread"}};
  for (const Series<Held>& series : all) {
    rows.push_back({series.name, middle(each(series, &Held::per_second)),
                    middle(each(series, &Held::p50_ms)), middle(each(series, &Held::p99_ms)),
                    middle(each(series, &Held::max_ms)), middle(each(series, &Held::fairness))});
  }
  std::cout << cli::render_table(rows) << '\n';
}

// In each round against that round's best of the pools that let newcomers overtake.
Figure against_best(std::string name, const HeldSeries& all) {
  const auto per_second = [&all](std::size_t place) { return each(all[place], &Held::per_second); };
  const Twice mutex = twice(all, kMutex, &Held::per_second);
  const std::vector<double> poco = per_second(kPoco);
  const std::vector<double> soci = per_second(kSoci);
  Twice best = mutex;
  for (std::size_t round = 0; round < poco.size(); ++round) {
    const double other = std::max(poco[round], soci[round]);
    best.first[round] = std::max(mutex.first[round], other);
    best.again[round] = std::max(mutex.again[round], other);
  }
  Figure figure = ratio_figure(std::move(name), twice(all, kOurs, &Held::per_second), best);
  figure.aa = std::max(*figure.aa, mutex.stray());
  return figure;
}

template <class Hold>
HeldSeries play_holds(const Options& options, double share, const std::string& what,
                      const HoldLoad& load, const Hold& keep) {
  HoldLoad timed = load;
  timed.crew.duration = time_of_a_run(options, share, kContenders);
  const auto make = [&]<class Pool>(const std::string& name) {
    return Contender<Held>{name, [&timed, &keep] {
                             Pool pool(kHeldSlots);
                             return hold(pool, timed, keep);
                           }};
  };
  HeldSeries all =
      play<Held>(options.rounds, contenders<Held, QueueingMillpond>(make), progress(options, what));
  print_holds(what, all);
  return all;
}

void hold_1ms(const Options& options, std::vector<Figure>& figures) {
  const auto sleep = [] { std::this_thread::sleep_for(1ms); };
  const HeldSeries all = play_holds(options, kHold1msShare, "64 threads, 8 slots, 1 ms asleep",
                                    {.crew = {.threads = 64}}, sleep);
  constexpr double kP99 = 1.5;
  constexpr double kMax = 2;
  constexpr double kThroughput = 0.94;
  constexpr double kFairness = 0.9;
  const auto ours = [&all](const std::string& name, auto value) {
    return own_figure(name, twice(all, kOurs, value));
  };
  figures.push_back(
      with_target(ours("hold1ms.p99_vs_median", &Held::p99_vs_median), at_most(kP99)));
  figures.push_back(
      with_target(ours("hold1ms.max_vs_median", &Held::max_vs_median), at_most(kMax)));
  figures.push_back(
      with_target(against_best("hold1ms.throughput_vs_best", all), at_least(kThroughput)));
  figures.push_back(with_target(ours("hold1ms.fairness", &Held::fairness), at_least(kFairness)));
}

void hold_2us(const Options& options, std::vector<Figure>& figures) {
  constexpr int kSampleEvery = 64;
  const BusyWork work(2us);
  const HeldSeries all = play_holds(options, kHold2usShare, "64 threads, 8 slots, 2 us of work",
                                    {.crew = {.threads = 64}, .sample_every = kSampleEvery}, work);
  constexpr double kThroughput = 0.9;
  figures.push_back(with_target(
      against_mutex("hold2us.throughput_vs_mutex", all, &Held::per_second), at_least(kThroughput)));
}

struct Shape {
  std::string name;
  int threads;
  int slots;
};

// Defaults throughout, as in bench/checkout: no queue here is old enough to be shed.
void plain_cycle(const Options& options, const Shape& shape, std::vector<Figure>& figures) {
  const std::string what = fmt::format("{} threads, {} slots, no hold", shape.threads, shape.slots);
  const Crew crew{.threads = shape.threads,
                  .duration = time_of_a_run(options, kCycleShare, kContenders)};
  const auto make = [&]<class Pool>(const std::string& name) {
    return Contender<Cycles>{name, [slots = shape.slots, crew] {
                               Pool pool(slots);
                               return cycle(pool, crew);
                             }};
  };
  const auto all =
      play<Cycles>(options.rounds, contenders<Cycles, MillpondPool>(make), progress(options, what));
  std::vector<std::vector<std::string>> rows{{what, "ns a cycle"}};
  for (const Series<Cycles>& series : all) {
    rows.push_back({series.name, middle(each(series, &Cycles::ns))});
  }
  std::cout << cli::render_table(rows) << '\n';
  constexpr double kRatio = 0.5;
  figures.push_back(
      with_target(against_mutex(fmt::format("cycle.{}.vs_mutex", shape.name), all, &Cycles::ns),
                  at_most(kRatio)));
}

Contender<Overshoot> waiting_on_futex(const std::string& name, const Crew& crew) {
  return {name, [crew] { return overshoot(crew, wait_on_futex); }};
}

Overshoot acquire_in_vain(const MillpondPool& pool, const Crew& crew) {
  return overshoot(crew, [&pool](Deadline) {
    const auto lease = pool.handle().acquire({.timeout = kAttempt});
    return !lease && lease.error().code == Errc::kTimeout;
  });
}

// Every connection is out.
Overshoot exhausted(const Crew& crew) {
  constexpr int kSlots = 4;
  MillpondPool pool(MillpondSetup{.size = kSlots, .adjust = serve_everybody});
  const std::vector<Lease<Null>> all = pool.hold(kSlots);
  return acquire_in_vain(pool, crew);
}

// Nothing was ever open, and every dial hangs.
Overshoot blackholed(const Crew& crew) {
  constexpr int kSlots = 4;
  MillpondPool pool(MillpondSetup{.size = kSlots,
                                  .adjust =
                                      [](policy::PoolPolicy& policy) {
                                        serve_everybody(policy);
                                        policy.min_idle = 0;
                                        policy.connect_timeout = 60s;
                                      },
                                  .dials_take = NullDriver::kNever});
  return acquire_in_vain(pool, crew);
}

void timeouts(const Options& options, std::vector<Figure>& figures) {
  enum : std::size_t { kFutex, kExhausted, kBlackholed, kFutexAgain };
  const Crew crew{.threads = 4, .duration = time_of_a_run(options, kTimeoutShare, 4)};
  const std::string what = "1 ms deadlines, 4 threads";
  const auto all = play<Overshoot>(options.rounds,
                                   {waiting_on_futex("bare futex", crew),
                                    {"Millpond, all out", [crew] { return exhausted(crew); }},
                                    {"Millpond, dials hang", [crew] { return blackholed(crew); }},
                                    waiting_on_futex("bare futex again", crew)},
                                   progress(options, what));
  std::vector<std::vector<std::string>> rows{
      {what, "p50 us late", "p99 us late", "us of CPU", "otherwise ended"}};
  for (const Series<Overshoot>& series : all) {
    rows.push_back({series.name, middle(each(series, &Overshoot::p50_us)),
                    middle(each(series, &Overshoot::p99_us)),
                    middle(each(series, &Overshoot::cpu_us)),
                    middle(each(series, &Overshoot::others))});
  }
  std::cout << cli::render_table(rows);
  constexpr double kRatio = 1.5;
  const auto against_futex = [&](const std::string& name, std::size_t place) {
    const std::vector<double> ours = each(all[place], &Overshoot::p99_us);
    const Twice futex = twice(all, {.first = kFutex, .again = kFutexAgain}, &Overshoot::p99_us);
    return with_target(
        {.name = name, .value = median_of(ratios(ours, futex.first)), .aa = futex.stray()},
        at_most(kRatio));
  };
  figures.push_back(against_futex("timeout.overshoot_p99_vs_futex", kExhausted));
  figures.push_back(against_futex("timeout.blackhole_p99_vs_futex", kBlackholed));
}

void run(const Options& options) {
  print_conditions(std::cout, options);
  std::vector<Figure> figures;
  hold_1ms(options, figures);
  hold_2us(options, figures);
  plain_cycle(options, {.name = "t8n4", .threads = 8, .slots = 4}, figures);
  plain_cycle(options, {.name = "t32n16", .threads = 32, .slots = 16}, figures);
  timeouts(options, figures);
  print_figures(std::cout, figures);
}

}  // namespace
}  // namespace millpond::bench

int main(int argc, char** argv) {
  using namespace millpond::bench;
  CLI::App app{"What a pool is like when there are fewer connections than threads."};
  Options options{.seconds = 160};
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  run(options);
}
