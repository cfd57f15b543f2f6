#include "millpond/bench/figures.h"

#include <fmt/format.h>

#include <cmath>

#include "millpond/bench/measure.h"
#include "millpond/cli/text_table.h"

namespace millpond::bench {
namespace {

std::string number(double value) {
  return fmt::format("{:.4g}", value);
}

std::string text_of(const Target& target) {
  return fmt::format("{} {}",
                     target.side == Target::Side::kAtMost ? "<=" : ">=", number(target.value));
}

}  // namespace

std::string verdict(const Figure& figure) {
  if (!figure.target) {
    return {};
  }
  const double aa = figure.aa.value_or(0);
  const double margin = figure.noise == Noise::kShare ? std::abs(figure.value) * aa : aa;
  const double beyond = figure.value - figure.target->value;
  if (margin > 0 && std::abs(beyond) <= margin) {
    return "unresolved";
  }
  const bool met = figure.target->side == Target::Side::kAtMost ? beyond <= 0 : beyond >= 0;
  return met ? "met" : "missed";
}

std::string middle(const std::vector<double>& values) {
  const Spread spread = spread_of(values);
  constexpr double kNoFractionFrom = 100;
  const int digits = spread.median < kNoFractionFrom ? 2 : 0;
  return fmt::format("{0:.{3}f} ({1:.{3}f}-{2:.{3}f})", spread.median, spread.lower_quartile,
                     spread.upper_quartile, digits);
}

void print_figures(std::ostream& out, const std::vector<Figure>& figures) {
  std::vector<std::vector<std::string>> rows{{"figure", "value", "A/A", "target", "verdict"}};
  for (const Figure& figure : figures) {
    rows.push_back({figure.name, number(figure.value),
                    figure.aa ? fmt::format("+-{}", number(*figure.aa)) : "",
                    figure.target ? text_of(*figure.target) : "", verdict(figure)});
  }
  out << '\n' << cli::render_table(rows) << '\n';
  for (const Figure& figure : figures) {
    out << fmt::format("figure {} {}\n", figure.name, number(figure.value));
    if (figure.aa) {
      out << fmt::format("figure {}.aa {}\n", figure.name, number(*figure.aa));
    }
  }
}

}  // namespace millpond::bench
