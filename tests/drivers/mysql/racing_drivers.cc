// Makes the first driver of a process on 32 threads at once; says how many agree on the library's.

#include <mysql_driver.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iostream>
#include <latch>
#include <thread>
#include <vector>

#include "millpond/drivers/driver.h"
#include "millpond/drivers/mysql/driver.h"

int main() {
  constexpr std::size_t kThreads = 32;
  std::latch start{kThreads};
  std::array<const void*, kThreads> libraries{};
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (const void*& library : libraries) {
    threads.emplace_back([&start, &library] {
      start.arrive_and_wait();
      const auto driver = millpond::drivers::make_mysql_driver();
      library = sql::mysql::get_driver_instance();
    });
  }
  threads.clear();
  std::cout << std::count(libraries.begin(), libraries.end(), libraries.front());
}
