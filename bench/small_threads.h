// Very many threads that mostly sleep: with stacks of a quarter of a megabyte.
//
// For one thread.
//
//   run_small_threads(2000, [](int number) { … });
#pragma once

#include <functional>

namespace millpond::bench {

// Returns when all have ended. Throws std::system_error when there may not be so many.
void run_small_threads(int count, const std::function<void(int)>& work);

}  // namespace millpond::bench
