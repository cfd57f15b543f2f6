// Runs a program to its end and returns what it printed.
//
// Safe to call from any thread. Runs as spawn() says: not as root, and never outliving the maker.
//
//   std::string rows = run_command({.command = {"/usr/bin/psql", "-XAtq"}, .input = "select 1"});
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace millpond::harness {

struct Command {
  std::vector<std::string> command;           // an absolute path first
  std::vector<std::string> environment = {};  // "NAME=value"
  std::string input = {};                     // what it reads on standard input
  std::string input_file = {};  // or: the file it reads there, opened before root is left
  std::chrono::milliseconds patience{30000};
};

// Its standard output. Throws std::runtime_error with its output and error text when it exits with
// anything but 0 or takes too long.
std::string run_command(const Command& command);

}  // namespace millpond::harness
