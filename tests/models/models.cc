// Runs every model, prints what came of each, and ends with the figures of ./run prove.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "millpond/tests/models/catalog.h"
#include "millpond/tests/models/model.h"

namespace millpond::models {
namespace {

std::string bound_of(const Model& model) {
  return model.preemptions == kEverySchedule ? "every"
                                             : fmt::format("<= {} preemptions", model.preemptions);
}

std::string outcome_of(const Model& model, const Verdict& verdict) {
  const bool is_litmus = model.expected == Expected::kFails;
  if (!model.as_expected(verdict)) {
    return is_litmus ? "FAILED: holds without what it needs"
                     : fmt::format("FAILED: {}", verdict.outcome);
  }
  return is_litmus ? fmt::format("rejected, as it must be: {}", verdict.outcome) : "holds";
}

int run_all() {
  const std::vector<Model> models = all_models();
  int failed = 0;
  fmt::print("{:<52} {:>7}  {:<16} {:>10}  {}\n", "model", "threads", "schedules", "tried",
             "outcome");
  for (const Model& model : models) {
    const Verdict verdict = model.run(model, std::cerr);
    failed += model.as_expected(verdict) ? 0 : 1;
    fmt::print("{:<52} {:>7}  {:<16} {:>10}  {}\n", model.name, model.threads, bound_of(model),
               verdict.schedules, outcome_of(model, verdict));
    std::fflush(stdout);
  }
  fmt::print("figure prove.models {}\nfigure prove.models_failed {}\n", models.size(), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace millpond::models

int main() {
  return millpond::models::run_all();
}
