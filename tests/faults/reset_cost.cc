// What a reset costs beside the same exchange by the bare client library.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "millpond/bench/live_backend.h"
#include "millpond/drivers/budget.h"
#include "millpond/drivers/driver.h"
#include "millpond/tests/faults/pace.h"
#include "millpond/tests/faults/rows.h"

namespace millpond::faults {
namespace {

using namespace std::chrono_literals;

constexpr int kBatch = 50;
constexpr double kTarget = 1.15;

// Nanoseconds each.
template <class Work>
double time_of(const Work& work) {
  const auto began = Clock::now();
  for (int i = 0; i < kBatch; ++i) {
    work();
  }
  return std::chrono::duration<double, std::nano>(Clock::now() - began).count() / kBatch;
}

struct Ratio {
  double value = 0;
  double control = 0;  // how far two runs of the bare library are from one another
};

Ratio ratio_of(const bench::LiveBackend& backend, std::int64_t rounds) {
  const auto ours = [&] {
    expect(backend.ours->reset(drivers::ResetNeed::kSession, drivers::Budget{10s}).has_value(),
           "a reset");
  };
  const auto raw = [&] { backend.raw->reset(); };
  time_of(ours);
  time_of(raw);
  std::vector<double> ratios;
  std::vector<double> controls;
  for (std::int64_t i = 0; i < rounds; ++i) {
    const double before = time_of(raw);
    const double over = time_of(ours);
    const double after = time_of(raw);
    ratios.push_back(2 * over / (before + after));
    controls.push_back(after / before);
  }
  return {.value = quantile(ratios, 0.5), .control = std::abs(1 - quantile(controls, 0.5))};
}

}  // namespace

Measured reset_cost(const proof::Campaign& campaign) {
  const std::int64_t rounds = repeats(campaign, 2'000, 60);
  double most = 0;
  std::string text;
  std::int64_t runs = 0;
  bool at_target = true;
  for (const bench::BackendStart& start : bench::backend_starts()) {
    const bench::LiveBackend backend = start();
    if (backend.name == "http") {
      continue;  // its reset asks the server nothing
    }
    const Ratio ratio = ratio_of(backend, rounds);
    most = std::max(most, ratio.value);
    at_target = at_target && ratio.value <= kTarget + ratio.control;
    text += fmt::format("{}{} {:.2f} (A/A +-{:.2f})", text.empty() ? "" : ", ", backend.name,
                        ratio.value, ratio.control);
    runs += rounds * kBatch;
  }
  return {.value = most, .text = text, .runs = runs, .at_target = at_target};
}

}  // namespace millpond::faults
