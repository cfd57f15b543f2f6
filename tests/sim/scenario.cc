#include "millpond/tests/sim/scenario.h"

#include <algorithm>

namespace millpond::sim {
namespace {

using policy::PoolPolicy;

std::int64_t draw_size(Random& random) {
  const auto kind = random.below(20);
  if (kind < 15) {
    return random.between(1, 12);
  }
  return kind < 19 ? random.between(13, 60) : random.between(70, 300);
}

policy::Duration draw_span(Random& random, Nanos least, Nanos most) {
  return span_of(random.log_between(least, most));
}

void draw_idleness(PoolPolicy& policy, Random& random) {
  policy.min_idle = random.chance(0.3) ? policy.size : random.between(0, policy.size);
  policy.max_idle = random.chance(0.6) ? policy.size : random.between(policy.min_idle, policy.size);
  if (random.chance(0.7)) {
    policy.idle_timeout = draw_span(random, 20 * kMillisecond, 5 * kSecond);
  }
  if (random.chance(0.3)) {
    policy.keepalive = draw_span(random, 50 * kMillisecond, 2 * kSecond);
  }
}

void draw_health(PoolPolicy& policy, Random& random) {
  if (random.chance(0.4)) {
    policy.health_interval = draw_span(random, 100 * kMillisecond, 2 * kSecond);
  }
}

void draw_age(PoolPolicy& policy, Random& random) {
  constexpr double kJitters[] = {0, 0.25, 0.75, 1};
  policy.rotation_spare = random.between(0, 3);
  policy.lifetime_jitter = kJitters[random.below(4)];
  policy.first_lifetime_jitter = kJitters[random.below(4)];
  if (random.chance(0.2)) {
    policy.max_lifetime = span_of(100 * kMillisecond);
  } else if (random.chance(0.6)) {
    policy.max_lifetime = draw_span(random, 100 * kMillisecond, 20 * kSecond);
  }
  if (random.chance(0.3)) {
    policy.max_uses = random.log_between(1, 2000);
  }
}

void draw_queue(PoolPolicy& policy, Random& random) {
  constexpr Nanos kHandoffs[] = {0, 50 * kMicrosecond, kMillisecond};
  constexpr policy::Overflow kOverflows[] = {policy::Overflow::kWait, policy::Overflow::kWait,
                                             policy::Overflow::kRefuse,
                                             policy::Overflow::kOpenAndClose};
  policy.handoff_after = span_of(kHandoffs[random.below(3)]);
  policy.overload = random.chance(0.5) ? policy::Overload::kFifo : policy::Overload::kShed;
  policy.overflow = kOverflows[random.below(4)];
  policy.overflow_max = random.between(0, 5);
  policy.order = random.chance(0.7) ? policy::Order::kLifo : policy::Order::kFifo;
  policy.max_waiters = random.chance(0.3) ? random.between(1, 8) : 1000;
  policy.acquire_timeout = draw_span(random, kMillisecond, 2 * kSecond);
}

void draw_backend(PoolPolicy& policy, Random& random) {
  constexpr policy::Validate kValidates[] = {policy::Validate::kNever, policy::Validate::kAuto,
                                             policy::Validate::kIdle, policy::Validate::kAlways};
  policy.connect_timeout = draw_span(random, 10 * kMillisecond, 2 * kSecond);
  policy.max_concurrent_dials = random.between(1, 8);
  policy.backoff_base = draw_span(random, kMillisecond, 50 * kMillisecond);
  policy.backoff_cap = std::max(policy.backoff_base, draw_span(random, kMillisecond, kSecond));
  policy.validate = kValidates[random.below(4)];
  policy.validate_after_idle = draw_span(random, kMillisecond, kSecond);
  policy.validate_timeout = draw_span(random, 10 * kMillisecond, kSecond);
  policy.reset_timeout = policy.validate_timeout;
}

// Small, and with time enough to replace every session before its end.
void make_punctual(Scenario& scenario, Random& random) {
  PoolPolicy& policy = scenario.policy;
  policy.size = policy.max_idle = random.between(1, 8);
  policy.min_idle = random.between(1, policy.size);
  policy.rotation_spare = random.between(1, 3);
  policy.max_lifetime = draw_span(random, 5 * kSecond, 20 * kSecond);
  policy.connect_timeout = span_of(kSecond);
  scenario.ending = Ending::kCalmThenClose;
}

std::uint32_t draw_callers(std::int64_t size, Random& random) {
  const std::int64_t least = size > 60 ? size / 2 : 1;
  const std::int64_t most = std::min<std::int64_t>(size * 3 + 3, 400);
  return static_cast<std::uint32_t>(random.between(least, most));
}

}  // namespace

Scenario draw_scenario(Random& random) {
  Scenario scenario;
  PoolPolicy& policy = scenario.policy;
  policy.name = "simulated";
  policy.size = draw_size(random);
  draw_idleness(policy, random);
  draw_health(policy, random);
  draw_age(policy, random);
  draw_queue(policy, random);
  draw_backend(policy, random);
  scenario.fencing =
      random.chance(0.5) ? internal::Fencing::kSymmetric : internal::Fencing::kAsymmetric;
  const bool large = policy.size > 60;
  scenario.waits = random.chance(large ? 0.8 : 0.3) ? Waits::kAsynchronous : Waits::kBlocked;
  scenario.ending = random.chance(0.5) ? Ending::kCloseInFlight : Ending::kCalmThenClose;
  if (random.chance(0.1)) {
    make_punctual(scenario, random);
  }
  constexpr policy::Balance kBalances[] = {policy::Balance::kFailover, policy::Balance::kRoundRobin,
                                           policy::Balance::kLeastUsed};
  scenario.endpoints = random.chance(0.5) ? 1 : random.between(2, 4);
  scenario.balance = kBalances[random.below(3)];
  scenario.core_seed = random.next();
  scenario.callers = draw_callers(policy.size, random);
  scenario.rivalry = random.chance(0.2) ? 0 : random.chance(0.5) ? 0.05 : 0.3;
  scenario.interludes = random.chance(0.2) ? 0 : random.chance(0.5) ? 0.02 : 0.2;
  scenario.nesting = random.chance(0.2) ? 0.1 : 0;
  scenario.watched = random.chance(0.3) ? 0 : random.chance(0.5) ? 0.5 : 1;
  scenario.events = random.log_between(2000, 40000);
  scenario.per_phase = random.log_between(200, 4000);
  scenario.scan_every = policy.size > 8 ? policy.size / 4 : 1;
  return scenario;
}

Tempo draw_tempo(Random& random) {
  Tempo tempo;
  const Nanos hold = random.log_between(100, 20 * kMillisecond);
  const Nanos rest = random.log_between(100, 200 * kMillisecond);
  const Nanos patience = random.log_between(100 * kMicrosecond, kSecond);
  tempo.hold = {std::max<Nanos>(hold / 5, 1), hold * 5};
  tempo.rest = {std::max<Nanos>(rest / 10, 1), rest * 10};
  tempo.patience = {patience, patience * 4};
  tempo.impatient = random.chance(0.5) ? 0 : 0.3;
  tempo.interrupted = random.chance(0.5) ? 0 : 0.2;
  return tempo;
}

Weather draw_weather(Random& random) {
  Weather weather = fair_weather();
  const Nanos dial = random.log_between(100 * kMicrosecond, 100 * kMillisecond);
  const Nanos operation = random.log_between(20 * kMicrosecond, 20 * kMillisecond);
  weather.dial = {dial, dial * 20};
  weather.operation = {operation, operation * 20};
  weather.dirties = random.chance(0.5) ? 0 : 0.1;
  if (random.chance(0.55)) {
    return weather;
  }
  weather.hangs_up = random.chance(0.3) ? 0 : 0.4;
  weather.discards = random.chance(0.5) ? 0 : 0.02;
  weather.breaks = random.chance(0.7) ? 0.02 : 0.3;
  weather.refuses = random.chance(0.2) ? 1 : 0.3;
  weather.rejects = random.chance(0.8) ? 0 : 0.3;
  weather.hangs = random.chance(0.6) ? 0 : 0.2;
  weather.fails_probes = random.chance(0.5) ? 0.05 : 0.5;
  return weather;
}

Weather fair_weather() {
  Weather weather;
  weather.dial = {500 * kMicrosecond, 3 * kMillisecond};
  weather.operation = {50 * kMicrosecond, kMillisecond};
  return weather;
}

}  // namespace millpond::sim
