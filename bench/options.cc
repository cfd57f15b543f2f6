#include "millpond/bench/options.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <thread>
#include <utility>

namespace millpond::bench {

void add_options(CLI::App& app, Options& options) {
  constexpr int kMostRounds = 1001;
  constexpr double kHour = 3600;
  app.add_option("--rounds", options.rounds,
                 "interleaved rounds; fewer than nine are for a look, not for a result")
      ->check(CLI::Range(1, kMostRounds))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "time to measure, over all rounds")
      ->check(CLI::Range(0.1, kHour))
      ->capture_default_str();
}

void print_conditions(std::ostream& out, const Options& options) {
  double load = 0;
  getloadavg(&load, 1);
  out << fmt::format(
      "{} processors, load {:.1f} in the last minute; compiler {}; {} rounds, {} s\n",
      std::thread::hardware_concurrency(), load, __VERSION__, options.rounds, options.seconds);
  constexpr double kQuiet = 0.5;
  if (load > kQuiet) {
    out << "the machine was not idle: where something else still runs, expect wide quartiles and "
           "unresolved targets\n";
  }
  out << '\n';
}

std::chrono::nanoseconds time_of_a_run(const Options& options, double share, int runs_a_round) {
  const int with_warm_up = options.rounds + 1;
  const std::chrono::duration<double> run{options.seconds * share / (with_warm_up * runs_a_round)};
  return std::chrono::duration_cast<std::chrono::nanoseconds>(run);
}

std::function<void(int)> progress(const Options& options, std::string what) {
  return [rounds = options.rounds, what = std::move(what)](int round) {
    std::cerr << (round == 0 ? fmt::format("   {}: warmed up\n", what)
                             : fmt::format("   {}: round {} of {}\n", what, round, rounds));
  };
}

}  // namespace millpond::bench
