// POCO's ObjectPool, the library's own class, with its sessions already made.
//
// Safe from any thread.
#pragma once

#include <Poco/ObjectPool.h>

#include <cstddef>
#include <vector>

#include "millpond/bench/session.h"

namespace millpond::bench {

class PocoPool {
 public:
  explicit PocoPool(int size)
      : pool_(static_cast<std::size_t>(size), static_cast<std::size_t>(size)) {
    std::vector<Session*> made;
    for (int i = 0; i < size; ++i) {
      made.push_back(pool_.borrowObject());
    }
    for (Session* session : made) {
      pool_.returnObject(session);
    }
  }

  template <class Work>
  [[gnu::always_inline]] bool borrow(const Work& work) {
    constexpr long kLongMs = 600'000;  // it has no wait without an end
    Session* session = pool_.borrowObject(kLongMs);
    if (session == nullptr) {
      return false;
    }
    work(*session);
    pool_.returnObject(session);
    return true;
  }

 private:
  Poco::ObjectPool<Session> pool_;
};

}  // namespace millpond::bench
