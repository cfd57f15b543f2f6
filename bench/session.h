// What every pool of a benchmark lends: a thing with a line of memory to touch, so that a
// connection that comes from another processor costs what it would.
//
// For one thread at a time, as a lease is.
#pragma once

#include <cstdint>

namespace millpond::bench {

class alignas(128) Session {
 public:
  void touch() { touched_ = touched_ + 1; }

 private:
  volatile std::uint64_t touched_ = 0;
};

// How an attempt to borrow within a time ended.
enum class Outcome : std::uint8_t { kServed, kTimedOut, kRefused };

}  // namespace millpond::bench
