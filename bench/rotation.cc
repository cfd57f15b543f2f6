// What it costs to replace every connection all the time: max_lifetime = "100ms" beside none, eight
// threads on eight connections that take 2 ms to open, with short holds and with none.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "millpond/bench/crew.h"
#include "millpond/bench/cycle.h"
#include "millpond/bench/figures.h"
#include "millpond/bench/hold.h"
#include "millpond/bench/measure.h"
#include "millpond/bench/millpond_pool.h"
#include "millpond/bench/options.h"
#include "millpond/bench/paired.h"
#include "millpond/cli/text_table.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kSize = 8;
constexpr int kThreads = 8;
constexpr auto kDialTakes = 2ms;
constexpr auto kHeldFor = 200us;

// Where they stand in a round.
constexpr Runs kRotating{.first = 0, .again = 2};
constexpr Runs kStill{.first = 1, .again = 3};
constexpr int kContenders = 4;
constexpr int kVariants = 2;

struct Turnover {
  double per_second = 0;  // borrows, of all threads
  double max_ms = 0;      // the longest acquire; unknown without holds, where it is not timed
  double waited = 0;      // acquires that found no connection to take
  double replaced = 0;    // connections a second
};

using Results = std::vector<Series<Turnover>>;

MillpondSetup setup(policy::Duration lifetime) {
  return {.size = kSize,
          .adjust = [lifetime](policy::PoolPolicy& policy) { policy.max_lifetime = lifetime; },
          .dials_take = kDialTakes};
}

void add_counters(const MillpondPool& pool, std::chrono::duration<double> time,
                  Turnover& turnover) {
  const PoolSnapshot snapshot = pool.snapshot();
  turnover.waited = static_cast<double>(snapshot.waited);
  turnover.replaced = static_cast<double>(snapshot.closed.lifetime) / time.count();
}

Turnover with_holds(policy::Duration lifetime, const Crew& crew) {
  MillpondPool pool(setup(lifetime));
  const Held held = hold(pool, {.crew = crew}, [] { std::this_thread::sleep_for(kHeldFor); });
  Turnover turnover{.per_second = held.per_second, .max_ms = held.max_ms};
  add_counters(pool, crew.duration, turnover);
  return turnover;
}

Turnover without_holds(policy::Duration lifetime, const Crew& crew) {
  MillpondPool pool(setup(lifetime));
  const Cycles cycles = cycle(pool, crew);
  Turnover turnover{.per_second = kThreads * 1e9 / cycles.ns};
  add_counters(pool, crew.duration, turnover);
  return turnover;
}

using Variant = Turnover (*)(policy::Duration lifetime, const Crew& crew);

Results play_variant(const Options& options, const std::string& what, Variant variant) {
  const Crew crew{.threads = kThreads,
                  .duration = time_of_a_run(options, 1, kContenders * kVariants)};
  const auto living = [&](const std::string& name, policy::Duration lifetime) {
    return Contender<Turnover>{name, [variant, lifetime, crew] { return variant(lifetime, crew); }};
  };
  constexpr policy::Duration kShort = 100ms;
  constexpr policy::Duration kForEver{};
  Results all = play<Turnover>(options.rounds,
                               {living("100 ms", kShort), living("no end", kForEver),
                                living("100 ms again", kShort), living("no end again", kForEver)},
                               progress(options, what));
  std::vector<std::vector<std::string>> rows{
      {"lifetime, " + what, "borrows/s", "max acquire ms", "had to wait", "replaced/s"}};
  for (const Series<Turnover>& series : all) {
    rows.push_back({series.name, middle(each(series, &Turnover::per_second)),
                    middle(each(series, &Turnover::max_ms)),
                    middle(each(series, &Turnover::waited)),
                    middle(each(series, &Turnover::replaced))});
  }
  std::cout << cli::render_table(rows) << '\n';
  return all;
}

Figure loss(std::string name, const Results& all) {
  Figure figure = ratio_figure(std::move(name), twice(all, kRotating, &Turnover::per_second),
                               twice(all, kStill, &Turnover::per_second));
  constexpr double kLoss = 0.02;
  figure.value = 1 - figure.value;
  figure.noise = Noise::kDistance;
  figure.target = at_most(kLoss);
  return figure;
}

// Over all rounds, both runs of each.
template <class Value>
double most(const Results& all, const Runs& runs, Value value) {
  const Twice values = twice(all, runs, value);
  return std::max(spread_of(values.first).most, spread_of(values.again).most);
}

void run(const Options& options) {
  print_conditions(std::cout, options);
  const Results held = play_variant(options, "8 threads holding 200 us", with_holds);
  const Results bare = play_variant(options, "8 threads holding nothing", without_holds);
  const double waited =
      std::max(most(held, kRotating, &Turnover::waited), most(bare, kRotating, &Turnover::waited));
  const double longest = most(held, kRotating, &Turnover::max_ms);
  // What the scheduler alone does to an acquire.
  const double longest_without = most(held, kStill, &Turnover::max_ms);
  constexpr double kDialMs = std::chrono::duration<double, std::milli>(kDialTakes).count();
  print_figures(std::cout,
                {loss("rotation.loss", held),
                 loss("rotation.no_hold.loss", bare),
                 {.name = "rotation.max_wait_ms",
                  .value = longest,
                  .aa = longest_without,
                  .target = at_most(kDialMs),
                  .noise = Noise::kDistance},
                 {.name = "rotation.waited", .value = waited},
                 {.name = "rotation.replaced_per_second",
                  .value = median_of(each(held[kRotating.first], &Turnover::replaced))}});
}

}  // namespace
}  // namespace millpond::bench

int main(int argc, char** argv) {
  using namespace millpond::bench;
  CLI::App app{"What it costs to replace every connection all the time."};
  Options options{.seconds = 120};
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  run(options);
}
