#include "millpond/tests/harness/servers/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "millpond/tests/harness/servers/spawn.h"

namespace millpond::harness {
namespace {

int open_log(const std::filesystem::path& path) {
  const int descriptor =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    throw std::runtime_error("cannot write " + path.string() + ": " + strerror(errno));
  }
  return descriptor;
}

}  // namespace

Process::Process(Options options) : options_(std::move(options)) {
  const int log = open_log(options_.log);
  pid_ = spawn({.command = options_.command,
                .output = log,
                .errors = log,
                .death_signal = options_.stop_signal});
  close(log);
  // By number: glibc 2.36 declares pidfd_open() for C only.
  pid_descriptor_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (pid_descriptor_ < 0) {
    const std::string reason = strerror(errno);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    throw std::runtime_error("pidfd_open: " + reason);
  }
}

Process::Process(Process&& other) noexcept
    : options_(std::move(other.options_)),
      pid_(std::exchange(other.pid_, -1)),
      pid_descriptor_(std::exchange(other.pid_descriptor_, -1)) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    stop();
    options_ = std::move(other.options_);
    pid_ = std::exchange(other.pid_, -1);
    pid_descriptor_ = std::exchange(other.pid_descriptor_, -1);
  }
  return *this;
}

Process::~Process() {
  stop();
}

void Process::signal(int number) const {
  if (pid_ > 0) {
    kill(pid_, number);
  }
}

bool Process::exited_within(std::chrono::milliseconds patience) {
  if (pid_ < 0) {
    return true;
  }
  pollfd end{.fd = pid_descriptor_, .events = POLLIN, .revents = 0};
  if (poll(&end, 1, static_cast<int>(patience.count())) <= 0) {
    return false;
  }
  waitpid(pid_, nullptr, 0);
  close(std::exchange(pid_descriptor_, -1));
  pid_ = -1;
  return true;
}

void Process::stop() {
  signal(options_.stop_signal);
  signal(SIGCONT);
  if (exited_within(options_.stop_within)) {
    return;
  }
  kill(-pid_, SIGKILL);  // its group: also the workers that it can't stop any more
  exited_within(std::chrono::milliseconds{-1});
}

std::string Process::log_text() const {
  std::ifstream in{options_.log};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  constexpr std::size_t kMost = 4000;
  return text.size() > kMost ? "…" + text.substr(text.size() - kMost) : text;
}

}  // namespace millpond::harness
