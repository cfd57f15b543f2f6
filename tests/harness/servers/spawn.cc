#include "millpond/tests/harness/servers/spawn.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace millpond::harness {
namespace {

constexpr uid_t kNobody = 65534;

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// The functions below run between fork and exec: only what is async-signal-safe.

[[noreturn]] void give_up(std::string_view reason) {
  (void)!write(STDERR_FILENO, reason.data(), reason.size());
  _exit(127);
}

void leave_root() {
  if (geteuid() != 0) {
    return;
  }
  if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
      setresuid(kNobody, kNobody, kNobody) != 0) {
    give_up("cannot leave root: run bazel with --sandbox_fake_username\n");
  }
}

// dup2() of a descriptor onto itself would keep its close-on-exec flag; no caller passes 0 to 2.
void redirect(int from, int to) {
  dup2(from, to);
}

void forget_signals_of_the_maker() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGCHLD}) {
    ::signal(number, SIG_DFL);
  }
}

[[noreturn]] void become(const Spawn& options, pid_t maker, char* const* arguments,
                         char* const* environment) {
  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  redirect(options.input < 0 ? nothing : options.input, STDIN_FILENO);
  redirect(options.output < 0 ? nothing : options.output, STDOUT_FILENO);
  redirect(options.errors < 0 ? nothing : options.errors, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  forget_signals_of_the_maker();
  // A group of its own, so that Ctrl-C reaches the maker only, which then stops the child.
  setpgid(0, 0);
  leave_root();
  prctl(PR_SET_PDEATHSIG, options.death_signal);  // after leave_root(): a change of user clears it
  if (getppid() != maker) {
    _exit(127);
  }
  execve(arguments[0], arguments, environment);
  give_up("cannot execute the command\n");
}

}  // namespace

pid_t spawn(const Spawn& options) {
  const std::vector<char*> arguments = pointers_to(options.command);
  std::vector<std::string> variables = options.environment;
  variables.insert(variables.end(),
                   {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=/nonexistent"});
  const std::vector<char*> environment = pointers_to(variables);
  const pid_t maker = getpid();
  const pid_t pid = fork();
  if (pid < 0) {
    throw std::runtime_error("cannot fork for " + options.command[0] + ": " + strerror(errno));
  }
  if (pid == 0) {
    become(options, maker, arguments.data(), environment.data());
  }
  return pid;
}

std::string require_program(const std::filesystem::path& path, const std::string& debian_package) {
  if (access(path.c_str(), X_OK) != 0) {
    throw std::runtime_error("no " + path.string() + ": apt-get install " + debian_package);
  }
  return path;
}

uid_t child_user() {
  return geteuid() == 0 ? kNobody : static_cast<uid_t>(-1);
}

}  // namespace millpond::harness
