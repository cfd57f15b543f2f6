// Starts a child process that can't outlive its maker: the kernel signals it when the thread that
// forked it ends, however it ends. A root maker's child becomes `nobody`, because database servers
// refuse root.
//
// Safe to call from any thread. Nothing of the maker leaks into the child: no descriptor but the
// three given, no environment, no blocked signal, no terminal.
//
//   const pid_t pid = spawn({.command = {"/bin/true"}});
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace millpond::harness {

struct Spawn {
  std::vector<std::string> command;  // an absolute path first
  std::vector<std::string> environment = {};
  int input = -1;  // standard input, output and error; -1 is /dev/null
  int output = -1;
  int errors = -1;
  int death_signal = SIGKILL;  // what it gets when the maker dies
};

// Throws std::runtime_error when it can't fork. A command that can't be executed exits with 127.
pid_t spawn(const Spawn& options);

// `path`, or std::runtime_error naming the Debian package that has it.
std::string require_program(const std::filesystem::path& path, const std::string& debian_package);

// The account that children of root run as, or -1 for "the maker's own".
uid_t child_user();

}  // namespace millpond::harness
