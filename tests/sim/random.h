// Chance from one seed: the same seed gives the same numbers everywhere.
//
// For one thread.
//
//   Random random(7);
//   if (random.chance(0.1)) wait(random.in(LogRange{100, 2'000'000}));
#pragma once

#include <cmath>
#include <cstdint>

namespace millpond::sim {

// As many values in each octave of [least, most], least > 0.
struct LogRange {
  LogRange(std::int64_t least, std::int64_t most)
      : least(static_cast<double>(least)),
        octaves(std::log2(static_cast<double>(most) / static_cast<double>(least))) {}

  double least;
  double octaves;
};

// splitmix64 (Steele, Lea, Flood 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // Uniform in [0, end).
  std::uint64_t below(std::uint64_t end) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * end) >> 64);
  }

  // Uniform in [least, most].
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }

  bool chance(double share) { return unit() < share; }

  std::int64_t in(const LogRange& range) {
    return static_cast<std::int64_t>(range.least * std::exp2(unit() * range.octaves));
  }
  std::int64_t log_between(std::int64_t least, std::int64_t most) { return in({least, most}); }

 private:
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  std::uint64_t state_;
};

}  // namespace millpond::sim
