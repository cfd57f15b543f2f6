// When the sessions of a whole fleet are opened again: fifty processes that started together, each
// with a pool of its own, over several lifetimes. Ours are real PoolCores in virtual time; the
// others' rules are models of their documentation.
//
// For one thread.
//
//   Reconnects ours = our_fleet({});
//   EXPECT_LT(ours.peak_per_second(), fleet_of(Rule::kEnvoy, {}).peak_per_second());
#pragma once

#include <cstdint>
#include <map>

#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

struct Fleet {
  std::int64_t processes = 50;
  std::int64_t size = 20;
  Nanos lifetime = kHour / 2;
  Nanos length = 3 * kHour;
  std::uint64_t seed = 1;
};

// Sessions opened in each second; those of the start do not count.
class Reconnects {
 public:
  void count(Nanos at) { ++by_second_[at / kSecond]; }
  std::int64_t peak_per_second() const;
  std::int64_t total() const;
  // The most in any such span of whole seconds.
  std::int64_t peak_in(Nanos span) const;

 private:
  std::map<std::int64_t, std::int64_t> by_second_;
};

enum class Rule : std::uint8_t {
  kNone,       // every session lives as long as all others
  kPgBouncer,  // each process closes one of its n old sessions every n-th of a lifetime
  kHikariCp,   // minus up to 2.5 %
  kPgx,        // plus up to 10 %
  kEnvoy,      // minus up to 10 %
};
Reconnects fleet_of(Rule rule, const Fleet& fleet);

struct OurFleet {
  Reconnects reconnects;
  std::int64_t fewest_live = 0;  // of one process at any tick after the start
  std::int64_t most_open = 0;    // of one process at any tick
};
OurFleet our_fleet(const Fleet& fleet);

}  // namespace millpond::sim
