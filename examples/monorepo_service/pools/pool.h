// The monorepo's own idea of a pool: swimming pools it sells. Values; thread-safe.
//
//   pools::Pool{.litres = 40'000}
#pragma once

namespace pools {

struct Pool {
  int litres = 0;
};

}  // namespace pools
