#include "millpond/tests/harness/servers/freeze.h"

#include <sched.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace millpond::harness {
namespace {

constexpr std::chrono::seconds kPatience{10};

// "42 (a name) T …": the letter after the name's closing parenthesis, which may itself hold some.
bool is_stopped(const std::filesystem::path& thread) {
  std::ifstream in{thread / "stat"};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && text.compare(name_end, 3, ") T") == 0;
}

bool all_stopped(pid_t process) {
  for (const auto& thread :
       std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
    if (!is_stopped(thread.path())) {
      return false;
    }
  }
  return true;
}

}  // namespace

void freeze(pid_t process) {
  kill(process, SIGSTOP);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!all_stopped(process)) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("process " + std::to_string(process) + " does not stop");
    }
    sched_yield();
  }
}

void thaw(pid_t process) {
  kill(process, SIGCONT);
}

}  // namespace millpond::harness
