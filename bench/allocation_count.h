// How often a thread asked for memory: linking this replaces operator new with one that counts.
//
// Each thread has its own count.
//
//   const auto before = allocations();
//   …
//   const auto made = allocations() - before;
#pragma once

#include <cstdint>

namespace millpond::bench {

// Of this thread, since it began.
std::int64_t allocations();

}  // namespace millpond::bench
