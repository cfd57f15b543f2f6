#include "millpond/tests/sim/tally.h"

#include <fmt/format.h>

#include <string_view>

namespace millpond::sim {
namespace {

constexpr std::array<std::string_view, kDeeds> kNames = {
    "acquires",
    "marked slots given to the core",
    "acquires that asked the core",
    "nudged waiters looked again",
    "timeouts",
    "cancels",
    "returns",
    "dials done",
    "dials failed",
    "probes done",
    "probes failed",
    "resets done",
    "resets failed",
    "closes done",
    "hang-ups noticed",
    "resizes",
    "generation bumps",
    "pools closed",
    "fast takes",
    "takes of a marked slot",
    "grants to queued waiters",
    "grants without queueing",
    "returns without a question",
    "returns that looked at the queue",
    "returns to the core",
    "looks after a return",
    "nudges asked for",
    "nudges told",
    "grants that met a timeout",
    "refusals",
    "nested acquires",
    "rival takes",
    "rival returns",
    "steps between which others acted",
    "slots unlisted",
    "dials asked for",
    "rotations",
    "resumed events",
    "ticks",
    "phases of weather and load",
    "pools watched until calm",
    "pools whose rotations were awaited",
    "hang-ups of a session before",
};
constexpr std::array<std::string_view, kReasonsToRefuse> kRefusals = {
    "-",         "closed", "queue full", "none idle", "backend down",
    "exhausted", "shed",   "deadlock",   "forked"};
constexpr std::array<std::string_view, kReasonsToClose> kReasons = {
    "lifetime", "idle", "uses", "broken", "dead", "surplus", "outdated", "moved", "drained"};

void print_row(std::ostream& out, std::string_view name, std::int64_t times) {
  out << fmt::format("{:36} {:>14}\n", name, times);
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  events_ += other.events_;
  for (std::size_t i = 0; i < kDeeds; ++i) {
    deeds_[i] += other.deeds_[i];
  }
  for (std::size_t i = 0; i < kReasonsToRefuse; ++i) {
    refused_[i] += other.refused_[i];
  }
  for (std::size_t i = 0; i < kReasonsToClose; ++i) {
    closed_[i] += other.closed_[i];
  }
  return *this;
}

void Tally::print(std::ostream& out) const {
  for (std::size_t i = 0; i < kDeeds; ++i) {
    print_row(out, kNames[i], deeds_[i]);
  }
  for (std::size_t i = 1; i < kReasonsToRefuse; ++i) {
    print_row(out, fmt::format("refused: {}", kRefusals[i]), refused_[i]);
  }
  for (std::size_t i = 0; i < kReasonsToClose; ++i) {
    print_row(out, fmt::format("closed: {}", kReasons[i]), closed_[i]);
  }
}

}  // namespace millpond::sim
