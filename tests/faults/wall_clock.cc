#include "millpond/tests/faults/wall_clock.h"

#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

#include <atomic>
#include <cstdint>

namespace {

std::atomic<std::int64_t> stepped{0};  // seconds

using ClockGettime = int (*)(clockid_t, timespec*);

ClockGettime real_clock() {
  static const auto real = reinterpret_cast<ClockGettime>(::dlsym(RTLD_NEXT, "clock_gettime"));
  return real;
}

}  // namespace

// These take the place of the C library's in the whole program.
extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const int result = real_clock()(clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += stepped.load(std::memory_order_relaxed);
  }
  return result;
}

int gettimeofday(timeval* now, void* /*zone*/) noexcept {
  timespec precise{};
  constexpr long kNanosInMicro = 1000;
  const int result = clock_gettime(CLOCK_REALTIME, &precise);
  *now = {precise.tv_sec, precise.tv_nsec / kNanosInMicro};
  return result;
}

time_t time(time_t* now) noexcept {
  timespec precise{};
  clock_gettime(CLOCK_REALTIME, &precise);
  if (now != nullptr) {
    *now = precise.tv_sec;
  }
  return precise.tv_sec;
}

}  // extern "C"

namespace millpond::faults {

void step_wall_clock(std::chrono::seconds by) {
  stepped.fetch_add(by.count());
}

}  // namespace millpond::faults
