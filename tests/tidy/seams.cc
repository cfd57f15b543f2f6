#include "millpond/tests/tidy/seams.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace millpond::tidy {
namespace {

enum class Seam { kClock, kThread, kSleep, kEntropy, kEnvironment };

struct Call {
  std::string_view word;
  Seam seam;
};

constexpr Call kCalls[] = {
    {"steady_clock::now", Seam::kClock},
    {"system_clock::now", Seam::kClock},
    {"high_resolution_clock", Seam::kClock},
    {"clock_gettime", Seam::kClock},
    {"gettimeofday", Seam::kClock},
    {"std::thread", Seam::kThread},
    {"std::jthread", Seam::kThread},
    {"std::async", Seam::kThread},
    {"pthread_create", Seam::kThread},
    {"sleep_for", Seam::kSleep},
    {"sleep_until", Seam::kSleep},
    {"usleep", Seam::kSleep},
    {"nanosleep", Seam::kSleep},
    {"random_device", Seam::kEntropy},
    {"getrandom", Seam::kEntropy},
    {"rand", Seam::kEntropy},
    {"srand", Seam::kEntropy},
    {"getenv", Seam::kEnvironment},
    {"secure_getenv", Seam::kEnvironment},
};

struct Exception {
  std::string_view files;
  std::vector<Seam> may_use;
  std::string_view reason;
};

const std::vector<Exception>& exceptions() {
  using enum Seam;
  static const std::vector<Exception> table = {
      {"pools/internal/real_env.", {kClock, kThread, kEntropy}, "it is the seam"},
      {"pools/internal/death_watch.", {kThread}, "epoll_wait(2) sleeps for good: no worker's task"},
      {"drivers/budget.h", {kClock}, "a driver blocks in the kernel, on the kernel's clock"},
      {"drivers/mysql/io_budget.cc", {kClock}, "what is left of a poll(2) that a signal cut short"},
      {"drivers/net/resolve.cc",
       {kThread},
       "getaddrinfo has no deadline, so that a lookup may have to be left behind"},
      {"pools/loader/", {kEnvironment}, "the edge that reads this host"},
      {"cli/main.cc", {kClock, kEnvironment, kThread}, "a composition root"},
      {"tests/harness/", {kClock, kThread, kEnvironment}, "real servers start in real time"},
      {"tests/", {kClock, kThread}, "a test of threads has threads, and every wait a deadline"},
      {"bench/", {kClock, kThread, kSleep, kEnvironment, kEntropy}, "it measures in real time"},
      {"examples/", {kClock, kThread, kSleep, kEnvironment}, "programs of a user, who owns these"},
  };
  return table;
}

bool may_use(std::string_view path, Seam seam) {
  return std::ranges::any_of(exceptions(), [&](const Exception& exception) {
    return under(path, exception.files) && std::ranges::count(exception.may_use, seam) > 0;
  });
}

std::string_view way_in(Seam seam) {
  switch (seam) {
    case Seam::kClock:
      return "take the time as an argument or from Env's clock";
    case Seam::kThread:
      return "give the work to Env's executor";
    case Seam::kSleep:
      return "wait for what is to happen, with a deadline";
    case Seam::kEntropy:
      return "take chance from Env";
    case Seam::kEnvironment:
      return "take the variable's value as an argument";
  }
  return {};
}

// std::thread::id and std::thread::hardware_concurrency start no thread.
bool only_names_a_scope(std::string_view line, std::size_t end) {
  return line.substr(end).starts_with("::");
}

bool calls(std::string_view line, const Call& call) {
  const std::size_t at = find_word(line, call.word);
  return at != std::string_view::npos && !only_names_a_scope(line, at + call.word.size());
}

}  // namespace

Violations check_seams(const SourceFile& file) {
  Violations violations;
  if (!is_cpp(file.path)) {
    return violations;
  }
  const std::string code = code_of(file.text);
  int number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    for (const Call& call : kCalls) {
      if (calls(line, call) && !may_use(file.path, call.seam)) {
        violations.push_back(
            {file.path, number,
             fmt::format("{} outside its seam: {}", call.word, way_in(call.seam))});
      }
    }
  }
  return violations;
}

}  // namespace millpond::tidy
