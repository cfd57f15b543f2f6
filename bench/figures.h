// What a benchmark ends with: a table of its figures with their targets, then one line each that a
// program can read.
//
// Values only; print_figures writes to the stream it is given.
//
//   print_figures(std::cout, {{.name = "checkout.t1.vs_mutex", .value = 0.4, .aa = 0.02,
//                              .target = at_most(0.6)}});
//   // figure checkout.t1.vs_mutex 0.4
//   // figure checkout.t1.vs_mutex.aa 0.02
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace millpond::bench {

struct Target {
  enum class Side { kAtMost, kAtLeast };
  Side side = Side::kAtMost;
  double value = 0;
};

inline Target at_most(double value) {
  return {Target::Side::kAtMost, value};
}
inline Target at_least(double value) {
  return {Target::Side::kAtLeast, value};
}

// Whether an A/A control is a share of the value, as it is for a ratio, or a distance from it.
enum class Noise { kShare, kDistance };

struct Figure {
  std::string name{};
  double value = 0;
  std::optional<double> aa{};  // what the same measurement made of a thing against itself
  std::optional<Target> target{};
  Noise noise = Noise::kShare;
};

inline Figure with_target(Figure figure, const Target& target) {
  figure.target = target;
  return figure;
}

// "met", "missed", or "unresolved" where the target lies within the A/A control of the value;
// empty without a target.
std::string verdict(const Figure& figure);

// "250 (240-262)": the median and the quartiles, for a table.
std::string middle(const std::vector<double>& values);

void print_figures(std::ostream& out, const std::vector<Figure>& figures);

}  // namespace millpond::bench
