#include "millpond/tests/sim/invariants.h"

#include <fmt/format.h>

#include "millpond/policy/endpoint_health.h"
#include "millpond/pools/internal/slot_record.h"

namespace millpond::sim {

using internal::SlotId;
using internal::SlotState;

namespace {

// By Place.
constexpr SlotState kStates[kPlaces] = {
    SlotState::kEmpty, SlotState::kDialing, SlotState::kLive,      SlotState::kLive,
    SlotState::kLive,  SlotState::kProbing, SlotState::kResetting, SlotState::kClosing};

SlotState state_of(Place place) {
  return kStates[static_cast<std::size_t>(place)];
}

}  // namespace

void Invariants::check() {
  check_counts();
  check_counters();
  check_queue();
  check_dials();
  if (++calls_ % world_.scenario.scan_every == 0) {
    check_slots();
  }
}

void Invariants::check_counts() {
  const internal::PoolCore& core = world_.core;
  const Oracle& oracle = world_.oracle;
  const std::int64_t live = oracle.at(Place::kIdle) + oracle.at(Place::kLent);
  const bool same = core.count(SlotState::kEmpty) == oracle.at(Place::kNowhere) &&
                    core.count(SlotState::kDialing) == oracle.at(Place::kDialing) &&
                    core.count(SlotState::kLive) == live &&
                    core.count(SlotState::kProbing) == oracle.at(Place::kProbing) &&
                    core.count(SlotState::kResetting) == oracle.at(Place::kResetting) &&
                    core.count(SlotState::kClosing) == oracle.at(Place::kClosing);
  if (!same || core.open() != oracle.open()) {
    world_.oracle.complain("the states of the slots do not add up");
  }
  const std::int64_t overflow =
      oracle.most_open() - oracle.size() - world_.scenario.policy.rotation_spare;
  const std::int64_t rotations = core.most_open() - core.size() - overflow;
  if (rotations < 0 || rotations > world_.scenario.policy.rotation_spare) {
    world_.oracle.complain(fmt::format("{} rotations are under way", rotations));
  }
  if (rotations > rotations_) {
    world_.tally.count(Deed::kRotation);
  }
  rotations_ = rotations;
}

void Invariants::check_counters() {
  const internal::CoreCounters& counters = world_.core.counters();
  const Truth& truth = world_.oracle.truth();
  const bool same = counters.refused == truth.refused && counters.shed == truth.shed &&
                    counters.cancelled == truth.cancelled && counters.dialled == truth.dialled &&
                    counters.dial_failures == truth.dial_failures &&
                    counters.closed.total() == truth.closed &&
                    counters.closed.broken == truth.broken;
  if (!same) {
    world_.oracle.complain("a counter is not the truth");
  }
  if (counters.queued < truth.queued || counters.queued > truth.queued + truth.granted_at_once) {
    world_.oracle.complain(
        fmt::format("{} were queued, the core counts {}", truth.queued, counters.queued));
  }
}

void Invariants::check_queue() {
  const internal::Waiting word = world_.table.waiting();
  const auto waiting = static_cast<std::int64_t>(world_.core.waiting());
  if (waiting != world_.oracle.waiting()) {
    world_.oracle.complain(
        fmt::format("{} wait, the core says {}", world_.oracle.waiting(), waiting));
  }
  if ((waiting > 0) != ((word & internal::kSomebodyWaits) != 0) ||
      (waiting == 0 && word != internal::kNobodyWaits)) {
    world_.oracle.complain(fmt::format("{} wait, the wait word is {}", waiting, word));
  }
  const bool nudging = world_.nudged != kNobody && world_.oracle.waits(world_.nudged);
  if (waiting > 0 && (word & internal::kHeadAsleep) == 0 && !nudging && world_.resumes == 0) {
    world_.oracle.complain("the queue's head is thought awake, and nobody wakes it");
  }
}

// Whichever endpoint that works is the next, it could be dialled once more.
bool Invariants::has_room() const {
  // As the core saw it last: what time alone has changed since, the next tick sees.
  const Nanos at = world_.oracle.last_event();
  const auto since_start =
      std::chrono::duration_cast<policy::Duration>(time_at(at).time_since_epoch());
  bool any = false;
  for (internal::EndpointId endpoint = 0; endpoint < world_.endpoints.count(); ++endpoint) {
    const policy::EndpointHealth health = world_.endpoints.health(endpoint);
    if (!health.suspect() && health.dials() >= health.window(since_start)) {
      return false;
    }
    any = any || world_.oracle.dial_truth().clear(endpoint, at);
  }
  return any;
}

// Capacity that is free is used: as many dials as waiters that nothing else will serve.
void Invariants::check_dials() {
  const Oracle& oracle = world_.oracle;
  const std::int64_t pending =
      oracle.at(Place::kDialing) + oracle.at(Place::kProbing) + oracle.at(Place::kResetting);
  const bool may_dial = !oracle.pool_closed() && has_room() && world_.resumes == 0 &&
                        world_.core.effective_size() == world_.core.size() &&
                        oracle.at(Place::kDialing) < world_.scenario.policy.max_concurrent_dials &&
                        oracle.open() < world_.core.most_open();
  if (may_dial && oracle.waiting() > pending) {
    world_.oracle.complain(
        fmt::format("{} wait for {} dials, probes, and resets, though more "
                    "could be dialled",
                    oracle.waiting(), pending));
  }
}

void Invariants::check_slots() {
  constexpr std::int64_t kScansPerCount = 8;
  if (++scans_ % kScansPerCount == 0 && world_.core.leased() != world_.oracle.at(Place::kLent)) {
    world_.oracle.complain(fmt::format("{} slots are lent, the core says {}",
                                       world_.oracle.at(Place::kLent), world_.core.leased()));
  }
  for (SlotId slot = 0; slot < world_.table.size(); ++slot) {
    check_slot(slot);
  }
}

void Invariants::check_slot(SlotId slot) {
  const Place place = world_.oracle.session(slot).place;
  if (world_.core.state(slot) != state_of(place)) [[unlikely]] {
    world_.oracle.complain(
        fmt::format("slot {} is in state {}", slot, static_cast<int>(world_.core.state(slot))));
  }
  const bool idle = world_.table[slot].word.looks_idle();
  if (idle != (place == Place::kIdle)) [[unlikely]] {
    world_.oracle.complain(
        fmt::format("slot {} {} idle", slot, idle ? "looks" : "is lost, though"));
  }
  if (idle) {
    check_idle_slot(slot);
  }
}

bool Invariants::somebody_will_look(SlotId slot) const {
  return world_.resumes > 0 || world_.nudges > 0 || world_.glances[slot] > 0 ||
         (world_.nudged != kNobody && world_.oracle.waits(world_.nudged));
}

void Invariants::check_idle_slot(SlotId slot) {
  const internal::Marks marks = world_.table[slot].word.marks();
  const std::int64_t waiting = world_.oracle.waiting();
  if (waiting > 0 && (marks & internal::kUnlendableMarks) == 0 && !somebody_will_look(slot)) {
    world_.oracle.complain(
        fmt::format("a wake-up is lost: slot {} is idle, {} wait", slot, waiting));
  }
  const bool looked_at = world_.resumes > 0 || world_.glances[slot] > 0;
  if ((marks & internal::kRetireMark) != 0 && !looked_at) {
    world_.oracle.complain(fmt::format("slot {} is to retire and stays idle", slot));
  }
  if (world_.oracle.session(slot).dead && !looked_at) {
    world_.oracle.complain(fmt::format("slot {} stays idle, though its server has hung up", slot));
  }
  if ((marks & internal::kUnlistedMark) != 0 && !looked_at) {
    world_.oracle.complain(fmt::format("slot {} is idle and not listed", slot));
  }
  const std::int64_t pending = world_.oracle.at(Place::kDialing) +
                               world_.oracle.at(Place::kProbing) +
                               world_.oracle.at(Place::kResetting);
  if ((marks & internal::kStaleMark) != 0 && waiting > pending && !somebody_will_look(slot)) {
    world_.oracle.complain(fmt::format("stale slot {} is not probed for those who wait", slot));
  }
}

}  // namespace millpond::sim
