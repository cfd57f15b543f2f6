// What a probe and a reset of each backend cost beside the same exchange by the bare client
// library, on real servers of this machine; and what it costs to ask whether a reset is due.
#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "millpond/bench/figures.h"
#include "millpond/bench/live_backend.h"
#include "millpond/bench/measure.h"
#include "millpond/bench/options.h"
#include "millpond/bench/paired.h"
#include "millpond/cli/text_table.h"
#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/drivers/error.h"

namespace millpond::bench {
namespace {

using drivers::Budget;
using drivers::Connection;
using drivers::ResetNeed;
using Results = std::vector<Series<double>>;

constexpr std::chrono::seconds kAmple{10};

// Where they stand among the contenders of a round.
constexpr Runs kProbe{.first = 0, .again = 2};
constexpr Runs kRawProbe{.first = 1, .again = 3};
constexpr Runs kReset{.first = 4, .again = 6};
constexpr Runs kRawReset{.first = 5, .again = 7};
constexpr Runs kAsked{.first = 8, .again = 9};
constexpr int kContenders = 10;

// Nanoseconds a call of `work`, which is done `batch` times between two looks at the clock.
template <class Work>
double nanoseconds_each(std::chrono::nanoseconds time, std::int64_t batch, const Work& work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  auto now = start;
  std::int64_t calls = 0;
  for (; now - start < time; now = Clock::now()) {
    for (std::int64_t i = 0; i < batch; ++i) {
      work();
    }
    calls += batch;
  }
  return std::chrono::duration<double, std::nano>(now - start).count() / static_cast<double>(calls);
}

void expect(const drivers::Result<void>& done) {
  if (!done) {
    throw std::runtime_error{done.error().phase + ": " + done.error().message};
  }
}

Contender<double> exchanging(std::string name, std::chrono::nanoseconds time,
                             std::function<void()> exchange) {
  constexpr std::int64_t kBatch = 8;
  return {std::move(name), [time, exchange = std::move(exchange)] {
            return nanoseconds_each(time, kBatch, exchange);
          }};
}

Contender<double> asking(std::string name, std::chrono::nanoseconds time,
                         const Connection& connection) {
  constexpr std::int64_t kBatch = 1000;
  return {std::move(name), [time, &connection] {
            std::int64_t dirty = 0;
            const double each = nanoseconds_each(time, kBatch, [&] {
              dirty += connection.reset_need() == ResetNeed::kNone ? 0 : 1;
            });
            if (dirty > 0) {
              throw std::runtime_error{"a session is not clean"};
            }
            return each;
          }};
}

std::vector<Contender<double>> contenders(const LiveBackend& backend,
                                          std::chrono::nanoseconds time) {
  Connection& ours = *backend.ours;
  RawSession& raw = *backend.raw;
  const auto probe = [&ours] { expect(ours.probe(Budget{kAmple})); };
  const auto reset = [&ours] { expect(ours.reset(ResetNeed::kSession, Budget{kAmple})); };
  const auto raw_probe = [&raw] { raw.probe(); };
  const auto raw_reset = [&raw] { raw.reset(); };
  return {exchanging("probe", time, probe),       exchanging("raw probe", time, raw_probe),
          exchanging("probe again", time, probe), exchanging("raw probe again", time, raw_probe),
          exchanging("reset", time, reset),       exchanging("raw reset", time, raw_reset),
          exchanging("reset again", time, reset), exchanging("raw reset again", time, raw_reset),
          asking("reset_need", time, ours),       asking("reset_need again", time, ours)};
}

Twice of(const Results& results, const Runs& runs) {
  return twice(results, runs, std::identity{});
}

void print_table(const std::vector<std::string>& names, const std::vector<Results>& all) {
  std::vector<std::vector<std::string>> rows{{"ns each, median (quartiles)"}};
  rows.front().insert(rows.front().end(), names.begin(), names.end());
  for (const std::size_t place :
       {kProbe.first, kRawProbe.first, kReset.first, kRawReset.first, kAsked.first}) {
    rows.push_back({all.front()[place].name});
    for (const Results& results : all) {
      rows.back().push_back(middle(each(results[place], std::identity{})));
    }
  }
  std::cout << cli::render_table(rows);
}

void run(const Options& options) {
  print_conditions(std::cout, options);
  const std::vector<BackendStart> starts = backend_starts();
  const auto time = time_of_a_run(options, 1, kContenders * static_cast<int>(starts.size()));
  std::vector<std::string> names;
  std::vector<Results> all;
  std::vector<Figure> figures;
  for (const BackendStart& start : starts) {
    const LiveBackend backend = start();
    names.push_back(backend.name);
    all.push_back(
        play<double>(options.rounds, contenders(backend, time), progress(options, backend.name)));
    const Results& results = all.back();
    figures.push_back(ratio_figure(fmt::format("reset.{}.vs_raw", backend.name),
                                   of(results, kReset), of(results, kRawReset)));
    figures.push_back(ratio_figure(fmt::format("probe.{}.vs_raw", backend.name),
                                   of(results, kProbe), of(results, kRawProbe)));
    figures.push_back(own_figure(fmt::format("reusable.{}.ns", backend.name), of(results, kAsked)));
  }
  print_table(names, all);
  print_figures(std::cout, figures);
}

}  // namespace
}  // namespace millpond::bench

int main(int argc, char** argv) {
  using namespace millpond::bench;
  CLI::App app{"What probes and resets cost beside those of the bare client libraries."};
  Options options{.seconds = 100};
  add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  ::signal(SIGPIPE, SIG_IGN);  // as the registry does: hiredis writes with write(2)
  try {
    run(options);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
