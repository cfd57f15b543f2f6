// How long `millpond check` takes, and how it grows with the number of pools: the command itself,
// in-process, on files in memory.
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/bench/measure.h"
#include "millpond/cli/commands.h"
#include "millpond/cli/text_table.h"
#include "millpond/pools/loader/host.h"

namespace millpond::bench {
namespace {

constexpr int kRounds = 9;

// Five lines a pool, as services of one monorepo would have them; a server for each ten pools.
std::string policy_with(int pools) {
  std::string text =
      "version = 1\n[fleet]\ninstances = 4\n[defaults]\nacquire_timeout = \"1500ms\"\n"
      "[class.oltp]\nsize = \"ceil(hikari(server.cores, server.spindles) / fleet.instances)\"\n"
      "[class.batch]\nsize = \"erlang(rate = 40/s, hold = 50ms, p = 0.99, wait = 20ms)\"\n";
  for (int i = 0; i < (pools + 9) / 10; ++i) {
    text += fmt::format(
        "[server.db{}]\nbackend = \"postgres\"\nendpoint = \"127.0.0.1:5432/shop{}\"\n"
        "max_connections = 4000\ncores = 16\n",
        i, i);
  }
  for (int i = 0; i < pools; ++i) {
    text += fmt::format(
        "[pool.workload-{}]\nserver = \"db{}\"\ninherit = [\"{}\"]\nmin_idle = \"50%\"\n"
        "app_name = \"{{service}}/{{pool}}\"\n",
        i, i / 10, i % 5 == 0 ? "batch" : "oltp");
  }
  return text;
}

loader::Host host_of(const std::string& text) {
  return {
      .read_file = [&text](const std::string&) -> tl::expected<loader::FileContent, std::string> {
        return loader::FileContent{.text = text};
      },
      .environment = [](std::string_view) { return std::nullopt; },
      .program = "bench",
      .processors = 2};
}

void check(const std::string& text) {
  std::ostringstream out;
  std::ostringstream err;
  if (cli::run({"check", "pools.toml"}, {.out = out, .err = err, .host = host_of(text)}) != 0) {
    std::cerr << err.str();
    std::exit(1);
  }
}

Contender<double> checking(const std::string& name, const std::string& text) {
  return {name, [&text] { return milliseconds_of([&text] { check(text); }); }};
}

long lines_of(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

int run() {
  const std::vector<int> sizes{10, 100, 1000, 10000};
  std::vector<std::string> texts;
  for (const int pools : sizes) {
    texts.push_back(policy_with(pools));
  }
  std::vector<Contender<double>> contenders;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    contenders.push_back(checking(fmt::format("{} pools", sizes[i]), texts[i]));
  }
  contenders.push_back(checking("1000 pools again", texts[2]));
  const auto series = play<double>(kRounds, contenders, [](int round) {
    std::cerr << fmt::format("   round {} of {}\n", round, kRounds);
  });

  std::vector<std::vector<std::string>> rows{
      {"check of", "lines", "median ms", "least", "most", "us per pool"}};
  for (std::size_t i = 0; i < series.size(); ++i) {
    const std::size_t of = i < sizes.size() ? i : 2;
    const Spread ms = spread_of(series[i].rounds);
    rows.push_back({series[i].name, fmt::format("{}", lines_of(texts[of])),
                    fmt::format("{:.2f}", ms.median), fmt::format("{:.2f}", ms.least),
                    fmt::format("{:.2f}", ms.most),
                    fmt::format("{:.1f}", 1000 * ms.median / sizes[of])});
  }
  const double of_1000 = median_of(series[2].rounds);
  const double growth = median_of(series[3].rounds) / 10 / of_1000;
  const double control = median_of(series[4].rounds) / of_1000;
  std::cout << cli::render_table(rows)
            << fmt::format(
                   "\nper pool, 10000 against 1000: {:.2f}; the A/A control, 1000 against "
                   "1000: {:.2f}\n",
                   growth, control)
            << fmt::format("figure policy.check_1000_pools_ms {:.2f}\n", of_1000)
            << fmt::format("figure policy.growth_10x {:.2f}\n", growth)
            << fmt::format("figure policy.growth_aa_control {:.2f}\n", control);
  return 0;
}

}  // namespace
}  // namespace millpond::bench

int main() {
  return millpond::bench::run();
}
