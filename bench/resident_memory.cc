#include "millpond/bench/resident_memory.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace millpond::bench {
namespace {

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double all_pages = 0;
  double resident_pages = 0;
  statm >> all_pages >> resident_pages;
  return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void measure_and_exit(
    int to_parent, const std::function<void(const std::function<void()>& measure)>& make) {
  const double before = resident_bytes();
  make([&] {
    const double grown = resident_bytes() - before;
    const bool told = write(to_parent, &grown, sizeof(grown)) == sizeof(grown);
    _exit(told ? 0 : 1);
  });
  _exit(1);
}

}  // namespace

std::optional<double> resident_bytes_of(
    const std::function<void(const std::function<void()>& measure)>& make) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    return std::nullopt;
  }
  const pid_t child = fork();
  if (child == 0) {
    measure_and_exit(ends[1], make);
  }
  close(ends[1]);
  double grown = 0;
  const bool heard = child > 0 && read(ends[0], &grown, sizeof(grown)) == sizeof(grown);
  close(ends[0]);
  if (child > 0) {
    waitpid(child, nullptr, 0);
  }
  return heard ? std::optional(grown) : std::nullopt;
}

}  // namespace millpond::bench
