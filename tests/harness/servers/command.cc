#include "millpond/tests/harness/servers/command.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "millpond/tests/harness/servers/spawn.h"

namespace millpond::harness {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number < 0) {
      throw std::runtime_error(std::string{"descriptor: "} + strerror(errno));
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close_now(); }
  int number() const { return number_; }
  void close_now() {
    if (number_ >= 0) {
      close(number_);
    }
    number_ = -1;
  }

 private:
  int number_;
};

int open_input(const Command& command) {
  if (!command.input_file.empty()) {
    return open(command.input_file.c_str(), O_RDONLY | O_CLOEXEC);
  }
  const int memory = memfd_create("input", MFD_CLOEXEC);
  const char* text = command.input.data();
  if (write(memory, text, command.input.size()) < 0) {
    throw std::runtime_error(std::string{"memfd: "} + strerror(errno));
  }
  lseek(memory, 0, SEEK_SET);
  return memory;
}

// Appends everything until the writers have gone; false when time ran out first.
bool read_to_end(int from, Clock::time_point deadline, std::string& text) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd readable{.fd = from, .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, std::max(0, static_cast<int>(left.count()))) <= 0) {
      return false;
    }
    char bytes[4096];
    const ssize_t size = read(from, bytes, sizeof bytes);
    if (size <= 0) {
      return true;
    }
    text.append(bytes, static_cast<std::size_t>(size));
  }
}

std::string outcome_of(int status) {
  return WIFSIGNALED(status) ? "was killed by signal " + std::to_string(WTERMSIG(status))
                             : "exited with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::string run_command(const Command& command) {
  const auto deadline = Clock::now() + command.patience;
  Descriptor input{open_input(command)};
  Descriptor errors{memfd_create("errors", MFD_CLOEXEC)};
  int ends[2] = {-1, -1};
  (void)!pipe2(ends, O_CLOEXEC);
  Descriptor output{ends[0]};
  Descriptor writing_end{ends[1]};
  const pid_t pid = spawn({.command = command.command,
                           .environment = command.environment,
                           .input = input.number(),
                           .output = writing_end.number(),
                           .errors = errors.number()});
  writing_end.close_now();
  std::string text;
  const bool ended = read_to_end(output.number(), deadline, text);
  if (!ended) {
    kill(-pid, SIGKILL);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  if (ended && status == 0) {
    return text;
  }
  lseek(errors.number(), 0, SEEK_SET);
  read_to_end(errors.number(), deadline + std::chrono::seconds{1}, text);
  throw std::runtime_error(command.command[0] + " " +
                           (ended ? outcome_of(status) : "took too long") + ": " + text);
}

}  // namespace millpond::harness
