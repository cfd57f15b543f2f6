// The scoreboard of faults: `faults [NAME…] [--scale X] [--seed N]`.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "millpond/tests/faults/row.h"
#include "millpond/tests/faults/rows.h"
#include "millpond/tests/faults/scoreboard.h"

namespace millpond::faults {
namespace {

int run(int argc, char** argv) {
  Plan plan;
  std::vector<std::string> names;
  CLI::App app{"Measures how the pools fail, on real servers; goes on where it was stopped."};
  std::vector<std::string> known;
  for (const Row& row : all_rows()) {
    known.push_back(row.name);
  }
  app.add_option("names", names, "only these rows")->check(CLI::IsMember(known));
  app.add_option("--scale", plan.scale, "the share of each count (1: 10^6 cancels …)")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", plan.seed, "of everything that is left to chance");
  app.add_option("--ledgers", plan.folder, "where the counts are kept until all is done")
      ->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);
  return Scoreboard{all_rows(), plan}.run(names, std::cout) ? 0 : 1;
}

}  // namespace
}  // namespace millpond::faults

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return millpond::faults::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
