// SOCI's connection_pool, the library's own class: lease() and give_back() of a place. Its sessions
// stay unconnected; what is touched lies beside them.
//
// Safe from any thread.
#pragma once

#include <soci/connection-pool.h>
#include <soci/session.h>

#include <cstddef>
#include <vector>

#include "millpond/bench/session.h"

namespace millpond::bench {

class SociPool {
 public:
  explicit SociPool(int size)
      : pool_(static_cast<std::size_t>(size)), sessions_(static_cast<std::size_t>(size)) {}

  template <class Work>
  [[gnu::always_inline]] bool borrow(const Work& work) {
    const std::size_t place = pool_.lease();
    work(sessions_[place]);
    pool_.give_back(place);
    return true;
  }

 private:
  soci::connection_pool pool_;
  std::vector<Session> sessions_;
};

}  // namespace millpond::bench
