// What a pool tells of itself: snapshots, holders, and why an acquire failed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "millpond/policy/duration.h"
#include "millpond/policy/endpoint_health.h"
#include "millpond/pools/internal/advice.h"
#include "millpond/pools/pool.h"

namespace millpond {

using internal::CoreCounters;
using internal::MutexLock;
using internal::SlotId;
using internal::SlotState;

// Copied under the lock: numbers only, so that nothing is allocated while others wait for it.
struct Pool::Report {
  std::int64_t size = 0;
  std::int64_t effective_size = 0;
  std::int64_t leased = 0;
  std::array<std::int64_t, internal::kSlotStates> states{};
  std::int64_t waiting = 0;
  std::vector<std::int64_t> sessions;  // by endpoint
  CoreCounters counters;
  std::shared_ptr<const internal::Mishap> last_error;
  TimePoint when;

  std::int64_t count(SlotState state) const { return states.at(static_cast<std::size_t>(state)); }
};

namespace {

// Enough for a report; the rest is counted by the snapshot.
constexpr std::size_t kMostHolders = 16;

AcquirePhase phase_of(const PoolSnapshot& s) {
  if (s.in_use >= s.size) {
    return AcquirePhase::kReturn;
  }
  if (s.probing > 0) {
    return AcquirePhase::kProbe;
  }
  if (s.resetting > 0) {
    return AcquirePhase::kReset;
  }
  return s.dialing > 0 || s.open() < s.size ? AcquirePhase::kDial : AcquirePhase::kReturn;
}

}  // namespace

Pool::Report Pool::report() const {
  Report report;
  report.when = now();
  report.sessions.resize(definition_.endpoints.size());
  const MutexLock lock(mu_);
  std::ranges::copy(core_.sessions(), report.sessions.begin());
  report.size = core_.size();
  report.effective_size = core_.effective_size();
  report.leased = core_.leased();
  for (int state = 0; state < internal::kSlotStates; ++state) {
    report.states.at(static_cast<std::size_t>(state)) = core_.count(static_cast<SlotState>(state));
  }
  report.waiting = static_cast<std::int64_t>(core_.waiting());
  report.counters = core_.counters();
  report.last_error = last_error_;
  return report;
}

PoolSnapshot Pool::snapshot() const {
  return snapshot_of(report());
}

PoolSnapshot Pool::snapshot_of(const Report& report) const {
  PoolSnapshot s;
  s.pool = definition_.policy.name;
  s.server = definition_.policy.server;
  s.backend = backend();
  s.size = report.size;
  s.effective_size = report.effective_size;
  s.in_use = report.leased;
  s.idle = report.count(SlotState::kLive) - report.leased;
  s.dialing = report.count(SlotState::kDialing);
  s.probing = report.count(SlotState::kProbing);
  s.resetting = report.count(SlotState::kResetting);
  s.closing = report.count(SlotState::kClosing);
  s.waiting = report.waiting;
  s.acquired = s.in_use;
  for (SlotId slot = 0; slot < table_.size(); ++slot) {
    s.acquired += static_cast<std::int64_t>(table_[slot].leases.load(std::memory_order_relaxed));
  }
  const CoreCounters& counters = report.counters;
  s.waited = counters.queued;
  s.timeouts = counters.cancelled;
  s.refused = counters.refused;
  s.shed = counters.shed;
  s.handed_over = counters.handed_over;
  s.nested = counters.nested;
  s.dialed = counters.dialled;
  s.dial_failures = counters.dial_failures;
  s.closed = counters.closed;
  // Where this pool has met none itself, what another one of its server has.
  const bool ask = report.last_error == nullptr && !abandoned_.load(std::memory_order_relaxed);
  const auto last = ask ? server_->last_mishap() : report.last_error;
  if (last != nullptr) {
    const drivers::Error& error = last->error;
    const auto age = std::chrono::floor<std::chrono::milliseconds>(
        std::max(report.when - last->when, std::chrono::nanoseconds{0}));
    s.last_error = fmt::format("({} ago, {}, {}): {}", policy::to_text(age), error.phase,
                               drivers::name_of(error.kind), error.message);
    s.last_error_kind = error.kind;
  }
  s.endpoints = endpoints_of(report);
  return s;
}

std::vector<EndpointSnapshot> Pool::endpoints_of(const Report& report) const {
  std::vector<EndpointSnapshot> endpoints;
  if (abandoned_.load(std::memory_order_relaxed)) {
    return endpoints;  // another thread of the parent's may have held the lock when it forked
  }
  for (internal::EndpointId id = 0; id < definition_.endpoints.size(); ++id) {
    const policy::EndpointHealth health = server_->endpoints().health(id);
    endpoints.push_back({.address = definition_.endpoints[id].to_string(),
                         .sessions = report.sessions[id],
                         .dials = health.dials(),
                         .failures = health.failures(),
                         .down = health.down(),
                         .rejected = health.barred()});
  }
  return endpoints;
}

std::vector<Holder> Pool::holders() const {
  auto leased = leased_since();
  std::sort(leased.begin(), leased.end());
  leased.resize(std::min(leased.size(), kMostHolders));
  std::vector<Holder> holders;
  const TimePoint when = now();
  for (const auto& [since, slot] : leased) {
    holders.push_back(holder_of(table_[slot], when));
  }
  return holders;
}

// With the date of each, which must stand still while it is sorted.
std::vector<std::pair<std::int64_t, SlotId>> Pool::leased_since() const {
  std::vector<std::pair<std::int64_t, SlotId>> leased;
  leased.reserve(table_.size());
  const MutexLock lock(mu_);
  for (SlotId slot = 0; slot < table_.size(); ++slot) {
    if (core_.state(slot) == SlotState::kLive && !table_[slot].word.looks_idle()) {
      leased.emplace_back(table_[slot].since.load(std::memory_order_relaxed), slot);
    }
  }
  return leased;
}

Holder Pool::holder_of(const internal::Slot& slot, TimePoint when) {
  constexpr auto relaxed = std::memory_order_relaxed;
  const auto age = when.time_since_epoch() - std::chrono::nanoseconds{slot.since.load(relaxed)};
  return {.site = {slot.file.load(relaxed), slot.function.load(relaxed), slot.line.load(relaxed)},
          .thread = slot.holder.load(relaxed),
          .age = std::chrono::floor<std::chrono::milliseconds>(
              std::max(age, std::chrono::nanoseconds{0}))};
}

AcquireError Pool::describe(const Failure& failure) const {
  auto report = std::make_shared<AcquireReport>();
  report->waited = std::chrono::floor<std::chrono::milliseconds>(now() - failure.since);
  report->snapshot = snapshot_of(this->report());
  report->holders = holders();
  report->pool = definition_.policy.name;
  report->phase = failure.queued ? phase_of(report->snapshot) : AcquirePhase::kAdmission;
  report->ahead = failure.ahead;
  report->advice = internal::advice(failure.code, report->snapshot);
  return {.code = failure.code, .report = std::move(report)};
}

}  // namespace millpond
