// Measures rows one after the other and tells how each stands: a table, then one line each that a
// program can read.
//
// For one thread.
//
//   Scoreboard board{all_rows(), {.scale = 0.01, .folder = "/var/tmp/ledgers"}};
//   return board.run({"over_limit"}, std::cout) ? 0 : 1;
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "millpond/tests/faults/row.h"

namespace millpond::faults {

struct Plan {
  double scale = 1;
  std::uint64_t seed = 1;
  std::filesystem::path folder{"."};  // of the ledgers: what is stopped goes on where it was
};

// What came of one row.
struct Result {
  Row row;
  std::optional<Measured> measured{};  // none: not built, or its measurement failed
  std::string trouble{};               // why it failed
};

// "at target", "missed", "missed, told only", "failed", or "not measured".
std::string verdict(const Result& result);

// What makes the whole fail: a row that is held is not at its target, or could not be measured.
bool fails(const Result& result);

void print_results(std::ostream& out, const std::vector<Result>& results, const Plan& plan);

class Scoreboard {
 public:
  Scoreboard(std::vector<Row> rows, Plan plan);

  std::vector<std::string> names() const;
  // These rows, or all. True when nothing fails. Progress goes to stderr.
  bool run(const std::vector<std::string>& names, std::ostream& out) const;

 private:
  Result measure(const Row& row) const;
  std::filesystem::path ledger_of(const Row& row) const;
  std::string plan_text() const;

  std::vector<Row> rows_;
  Plan plan_;
};

}  // namespace millpond::faults
