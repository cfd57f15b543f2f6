// A server process that is gone when this object is, or when the process that made it dies.
//
// Not thread-safe; make it on a thread that outlives it (the kernel ties a child's life to the
// thread that forked it).
//
//   Process redis{{.command = {"/usr/bin/redis-server"}, .log = "/tmp/x/redis.log"}};
//   redis.signal(SIGSTOP);
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace millpond::harness {

class Process {
 public:
  struct Options {
    std::vector<std::string> command;  // an absolute path first
    std::filesystem::path log;         // receives its standard output and error
    int stop_signal = SIGTERM;         // what asks it to stop, and what it gets when the maker dies
    std::chrono::milliseconds stop_within{5000};  // then it is killed
  };

  Process() = default;  // no process
  explicit Process(Options options);
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  // -1 when there is none, or no longer.
  pid_t pid() const { return pid_; }
  bool running() { return !exited_within(std::chrono::milliseconds{0}); }
  void signal(int number) const;

  // Waits for its end, not longer than `patience`; true when there is no process any more.
  bool exited_within(std::chrono::milliseconds patience);

  // Asks it to stop, then kills it; returns when it is gone. Also wakes it if it was stopped.
  void stop();

  // The end of what it wrote, for error messages.
  std::string log_text() const;

 private:
  Options options_;
  pid_t pid_ = -1;
  int pid_descriptor_ = -1;  // readable when the process has ended
};

}  // namespace millpond::harness
