// How long a benchmark may take, from its command line.
//
// Plain values.
//
//   CLI::App app{"what it measures"};
//   Options options{.seconds = 120};
//   add_options(app, options);
//   CLI11_PARSE(app, argc, argv);
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <ostream>
#include <string>

namespace millpond::bench {

struct Options {
  int rounds = 9;
  double seconds = 120;  // of measuring, over all rounds; starting and stopping pools comes on top
};

void add_options(CLI::App& app, Options& options);

// Under what conditions: processors, what else they were busy with, compiler, rounds.
void print_conditions(std::ostream& out, const Options& options);

// The time of one run, where a round has this much of them: a run that shall last twice as long as
// another counts twice. `share` is the part of all seconds that these rounds may use.
std::chrono::nanoseconds time_of_a_run(const Options& options, double share, int runs_a_round);

// Says on stderr which round of what has been played.
std::function<void(int)> progress(const Options& options, std::string what);

}  // namespace millpond::bench
