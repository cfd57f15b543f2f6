// What a pool still achieves when twice as many callers come as it can serve: Millpond with
// overload = "shed" beside overload = "fifo" and beside a mutex with a condition variable.
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/bench/baselines/mutex_lifo.h"
#include "millpond/bench/crew.h"
#include "millpond/bench/figures.h"
#include "millpond/bench/hold.h"
#include "millpond/bench/measure.h"
#include "millpond/bench/millpond_pool.h"
#include "millpond/bench/options.h"
#include "millpond/bench/paired.h"
#include "millpond/bench/storm.h"
#include "millpond/cli/text_table.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kSlots = 8;
constexpr auto kHolds = 5ms;
constexpr auto kDeadline = 500ms;
constexpr auto kWarmUp = 1s;  // until a queue without a bound is as old as the deadline
constexpr auto kLeastRun = 1500ms;

// In a round: the capacity, and the load on each pool.
constexpr std::size_t kCapacity = 0;
constexpr Runs kShed{.first = 1, .again = 3};
constexpr Runs kFifo{.first = 2, .again = 4};
constexpr int kStorms = 5;

using Results = std::vector<Series<Served>>;

// They differ in one key; the queue has room for all, so that no bound decides in its stead.
template <policy::Overload kOverload>
struct Millpond : MillpondPool {
  explicit Millpond(int size)
      : MillpondPool(MillpondSetup{.size = size, .adjust = [](policy::PoolPolicy& policy) {
                                     constexpr int kRoom = 100'000;
                                     policy.overload = kOverload;
                                     policy.max_waiters = kRoom;
                                     policy.acquire_timeout = kDeadline;
                                   }}) {}
};
using Shedding = Millpond<policy::Overload::kShed>;
using Queueing = Millpond<policy::Overload::kFifo>;

// What so many connections can do when each has a caller waiting for it at once.
Served capacity() {
  constexpr int kThreads = 32;
  constexpr auto kTime = 1s;
  MutexLifo pool(kSlots);
  const Held held = hold(pool, {.crew = {.threads = kThreads, .duration = kTime}},
                         [] { std::this_thread::sleep_for(kHolds); });
  return {.per_second = held.per_second};
}

template <class Pool>
Contender<Served> storming(std::string name, std::chrono::nanoseconds time) {
  const auto round = std::make_shared<std::uint64_t>(0);  // each round has its own arrivals
  return {std::move(name), [time, round] {
            constexpr double kTwice = 2;
            constexpr int kCallers = 2400;
            Pool pool(kSlots);
            return storm(pool, {.per_second =
                                    kTwice * kSlots / std::chrono::duration<double>(kHolds).count(),
                                .warm_up = kWarmUp,
                                .duration = kWarmUp + time,
                                .deadline = kDeadline,
                                .holds = kHolds,
                                .callers = kCallers,
                                .seed = ++*round});
          }};
}

// The part of the run's capacity that was of use to somebody.
std::vector<double> goodput(const Results& all, std::size_t place) {
  return ratios(each(all[place], &Served::per_second), each(all[kCapacity], &Served::per_second));
}

void print_table(const Results& all) {
  std::vector<std::vector<std::string>> rows{{"16 arrivals in 5 ms, 8 in 5 ms can be served",
                                              "served/s", "of capacity", "p50 ms", "p95 ms",
                                              "timed out", "refused", "late load"}};
  for (std::size_t place = 0; place < all.size(); ++place) {
    const Series<Served>& series = all[place];
    rows.push_back({series.name, middle(each(series, &Served::per_second))});
    if (place == kCapacity) {
      rows.back().resize(rows.front().size());
      continue;
    }
    rows.back().push_back(middle(goodput(all, place)));
    for (const auto value :
         {&Served::p50_ms, &Served::p95_ms, &Served::timed_out, &Served::refused, &Served::late}) {
      rows.back().push_back(middle(each(series, value)));
    }
  }
  std::cout << cli::render_table(rows);
}

Figure goodput_figure(std::string name, const Results& all, const Runs& runs) {
  return own_figure(std::move(name), {goodput(all, runs.first), goodput(all, runs.again)});
}

Figure tail_figure(std::string name, const Results& all, const Runs& runs) {
  return own_figure(std::move(name), twice(all, runs, &Served::p95_ms));
}

void run(const Options& options) {
  print_conditions(std::cout, options);
  const auto time =
      std::max<std::chrono::nanoseconds>(time_of_a_run(options, 1, kStorms) - kWarmUp, kLeastRun);
  const Results all = play<Served>(options.rounds,
                                   {{"capacity: mutex + vector, closed loop", capacity},
                                    storming<Shedding>("Millpond, shed", time),
                                    storming<Queueing>("Millpond, fifo", time),
                                    storming<Shedding>("Millpond, shed, again", time),
                                    storming<Queueing>("Millpond, fifo, again", time),
                                    storming<MutexLifo>("mutex + condition variable", time)},
                                   progress(options, "twice the capacity"));
  print_table(all);
  constexpr double kGoodput = 0.95;
  constexpr double kTailMs = 50;
  print_figures(std::cout,
                {with_target(goodput_figure("overload.goodput", all, kShed), at_least(kGoodput)),
                 with_target(tail_figure("overload.p95_ms", all, kShed), at_most(kTailMs)),
                 goodput_figure("overload.fifo.goodput", all, kFifo),
                 tail_figure("overload.fifo.p95_ms", all, kFifo)});
}

}  // namespace
}  // namespace millpond::bench

int main(int argc, char** argv) {
  using namespace millpond::bench;
  CLI::App app{"What a pool still achieves when twice as many callers come as it can serve."};
  Options options{.seconds = 130};
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  run(options);
}
