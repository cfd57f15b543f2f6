#include "millpond/tests/harness/servers/start.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "millpond/tests/harness/servers/free_port.h"

namespace millpond::harness {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr auto kPatience = 30s;
constexpr auto kLookAgain = 5ms;
constexpr int kPortsToTry = 5;

bool becomes_ready(Process& process, const Readiness& readiness) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (contents_of(readiness.file).find(readiness.text) == std::string::npos) {
    if (process.exited_within(kLookAgain) || std::chrono::steady_clock::now() > deadline) {
      return false;
    }
  }
  return true;
}

}  // namespace

Started start_on_free_port(const std::function<Process::Options(int port)>& options_for,
                           const Readiness& readiness) {
  for (int attempt = 1;; ++attempt) {
    const int port = free_port();
    Process::Options options = options_for(port);
    const std::string program = options.command.front();
    Process process{std::move(options)};
    if (becomes_ready(process, readiness)) {
      return {port, std::move(process)};
    }
    const std::string log = process.log_text();
    if (log.find("Address already in use") == std::string::npos || attempt == kPortsToTry) {
      throw std::runtime_error(fmt::format("{} did not start on port {}:\n{}", program, port, log));
    }
  }
}

std::string contents_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace millpond::harness
