#include "millpond/bench/small_threads.h"

#include <pthread.h>

#include <cstddef>
#include <system_error>
#include <vector>

namespace millpond::bench {
namespace {

struct Start {
  const std::function<void(int)>* work;
  int number;
};

void* begin(void* argument) {
  const Start& start = *static_cast<Start*>(argument);
  (*start.work)(start.number);
  return nullptr;
}

}  // namespace

void run_small_threads(int count, const std::function<void(int)>& work) {
  constexpr std::size_t kStack = 256 * std::size_t{1024};
  pthread_attr_t attributes{};
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStack);
  std::vector<Start> starts;
  for (int number = 0; number < count; ++number) {
    starts.push_back({&work, number});
  }
  std::vector<pthread_t> threads;
  int error = 0;
  for (Start& start : starts) {
    pthread_t thread{};
    error = pthread_create(&thread, &attributes, begin, &start);
    if (error != 0) {
      break;
    }
    threads.push_back(thread);
  }
  for (const pthread_t thread : threads) {
    pthread_join(thread, nullptr);
  }
  pthread_attr_destroy(&attributes);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), "pthread_create");
  }
}

}  // namespace millpond::bench
