// What a command of `millpond` is, and all it may touch: streams and the host, injected so that
// commands are tested in-process.
//
// Values; a command runs on one thread.
//
//   constexpr Command kCheck{"check", "tests a policy file", declare_check};
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <string_view>

#include "millpond/policy/finding.h"
#include "millpond/pools/loader/host.h"

namespace millpond::cli {

struct Surroundings {
  std::ostream& out;  // results
  std::ostream& err;  // messages
  loader::Host host;
  // Where messages go to a terminal, and nobody set NO_COLOR.
  policy::Colour err_colour = policy::Colour::kNever;
};

inline constexpr int kOk = 0;
inline constexpr int kError = 1;  // what was asked for, or what was found, is wrong

// Runs the command with the arguments that were parsed; returns the exit status.
using Action = std::function<int(const Surroundings&)>;

struct Command {
  std::string_view name;
  std::string_view summary;  // one line for `millpond --help`
  // Declares the command's arguments; what it returns is run once they are parsed.
  Action (*declare)(CLI::App& app);
};

}  // namespace millpond::cli
