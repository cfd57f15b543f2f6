#include "millpond/tests/faults/scoreboard.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <iostream>
#include <utility>

#include "millpond/cli/text_table.h"
#include "millpond/tests/proof/campaign.h"
#include "millpond/tests/proof/ledger.h"

namespace millpond::faults {

std::string verdict(const Result& result) {
  if (!result.trouble.empty()) {
    return "failed";
  }
  if (!result.measured) {
    return "not measured";
  }
  if (result.measured->at_target) {
    return "at target";
  }
  return result.row.standing == Standing::kHeld ? "missed" : "missed, told only";
}

bool fails(const Result& result) {
  const bool at_target = result.measured && result.measured->at_target;
  return result.row.standing == Standing::kHeld && result.row.measure && !at_target;
}

void print_results(std::ostream& out, const std::vector<Result>& results, const Plan& plan) {
  std::vector<std::vector<std::string>> rows{
      {"#", "name", "figure", "target", "measured", "runs", "seed", "verdict"}};
  std::string figures;
  std::int64_t at_target = 0;
  for (const Result& result : results) {
    const Row& row = result.row;
    const bool known = result.measured.has_value();
    const std::string text = known ? result.measured->text : "not measured";
    rows.push_back({std::to_string(row.number), row.name, row.figure, row.target, text,
                    known ? std::to_string(result.measured->runs) : "",
                    known ? std::to_string(plan.seed) : "", verdict(result)});
    figures += known
                   ? fmt::format("figure fault.{:02} {:.4g}\n", row.number, result.measured->value)
                   : fmt::format("figure fault.{:02} not measured\n", row.number);
    at_target += known && result.measured->at_target ? 1 : 0;
  }
  out << cli::render_table(rows);
  for (const Result& result : results) {
    if (!result.trouble.empty()) {
      out << fmt::format("{}: {}\n", result.row.name, result.trouble);
    }
  }
  out << figures << fmt::format("figure fault.at_target {} of {}\n", at_target, results.size());
}

Scoreboard::Scoreboard(std::vector<Row> rows, Plan plan)
    : rows_(std::move(rows)), plan_(std::move(plan)) {}

std::vector<std::string> Scoreboard::names() const {
  std::vector<std::string> names;
  for (const Row& row : rows_) {
    names.push_back(row.name);
  }
  return names;
}

bool Scoreboard::run(const std::vector<std::string>& names, std::ostream& out) const {
  std::vector<Result> results;
  for (const Row& row : rows_) {
    if (names.empty() || std::find(names.begin(), names.end(), row.name) != names.end()) {
      results.push_back(measure(row));
    }
  }
  print_results(out, results, plan_);
  for (const Result& result : results) {
    if (result.measured) {
      std::filesystem::remove(ledger_of(result.row));  // the next run begins anew
    }
  }
  return std::none_of(results.begin(), results.end(), fails);
}

Result Scoreboard::measure(const Row& row) const {
  Result result{.row = row};
  if (!row.measure) {
    return result;
  }
  using Clock = std::chrono::steady_clock;
  const Clock::time_point began = Clock::now();
  std::cerr << fmt::format("== {:02} {}: {}\n", row.number, row.name, row.figure);
  try {
    proof::Ledger ledger(ledger_of(row), plan_text());
    result.measured =
        row.measure(proof::Campaign{.ledger = ledger, .scale = plan_.scale, .seed = plan_.seed});
  } catch (const std::exception& error) {
    result.trouble = error.what();
  }
  std::cerr << fmt::format("   {} ({:.1f} s): {}\n", verdict(result),
                           std::chrono::duration<double>(Clock::now() - began).count(),
                           result.measured ? result.measured->text : result.trouble);
  return result;
}

std::filesystem::path Scoreboard::ledger_of(const Row& row) const {
  return plan_.folder / ("fault." + row.name + ".ledger");
}

std::string Scoreboard::plan_text() const {
  return fmt::format("{}, scale {}, seed {}", proof::this_program(), plan_.scale, plan_.seed);
}

}  // namespace millpond::faults
