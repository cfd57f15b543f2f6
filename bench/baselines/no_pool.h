// No pool at all: each thread has its own session. What the loop around the pools costs.
//
// Safe from any thread.
#pragma once

#include "millpond/bench/session.h"

namespace millpond::bench {

class NoPool {
 public:
  explicit NoPool(int /*size*/) {}

  template <class Work>
  [[gnu::always_inline]] bool borrow(const Work& work) {
    thread_local Session session;
    work(session);
    return true;
  }
};

}  // namespace millpond::bench
