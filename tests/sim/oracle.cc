#include "millpond/tests/sim/oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace millpond::sim {

using internal::kNoSlot;
using internal::Return;
using internal::SlotId;

namespace {

// A caller may be interrupted for that long between two steps.
constexpr Nanos kSlack = 6 * kMillisecond;

constexpr const char* kPlaceNames[] = {"nowhere",  "dialing", "idle",      "lent",
                                       "the core", "probing", "resetting", "closing"};

const char* name_of(Place place) {
  return kPlaceNames[static_cast<std::size_t>(place)];
}

}  // namespace

Oracle::Oracle(const policy::PoolPolicy& policy, Size size)
    : policy_(policy),
      overflow_(policy.overflow == policy::Overflow::kOpenAndClose ? policy.overflow_max : 0),
      size_(policy.size),
      sessions_(size.slots),
      requests_(size.callers),
      endpoints_(size.endpoints),
      dials_(policy, size.endpoints) {
  places_[static_cast<std::size_t>(Place::kNowhere)] = size.slots;
}

void Oracle::complain(std::string text) {
  if (complaint_.empty()) {
    complaint_ = std::move(text);
  }
}

std::int64_t Oracle::open() const {
  return static_cast<std::int64_t>(sessions_.size()) - at(Place::kNowhere);
}

void Oracle::move(SlotId slot, Place to) {
  Session& session = sessions_[slot];
  --places_[static_cast<std::size_t>(session.place)];
  ++places_[static_cast<std::size_t>(to)];
  session.place = to;
}

bool Oracle::expect(SlotId slot, Place place, const char* what) {
  if (sessions_[slot].place == place) {
    return true;
  }
  complain(fmt::format("{}: slot {} is {}, not {}", what, slot, name_of(sessions_[slot].place),
                       name_of(place)));
  return false;
}

// What is idle may be claimed, and what the event is about is the core's.
void Oracle::expect_free(SlotId slot, const char* what) {
  if (sessions_[slot].place != Place::kWithCore) {
    expect(slot, Place::kIdle, what);
  }
}

void Oracle::begins(Nanos at, SlotId subject) {
  at_ = at;
  subject_ = subject;
  rivals_acted_ = false;
  refused_as_down_ = false;
  idle_before_ = this->at(Place::kIdle);
  occupied_before_ = open() - this->at(Place::kClosing);
  impatient_asked_ = false;
  newest_granted_ = 0;
  last_told_ = 0;
  closes_ = 0;
}

void Oracle::ends(const ClosedCounts& closed) {
  if (subject_ != kNoSlot && sessions_[subject_].place == Place::kWithCore) {
    move(subject_, Place::kIdle);
    sessions_[subject_].rested = true;
  }
  subject_ = kNoSlot;
  if (dying_ != kNoSlot) {
    sessions_[std::exchange(dying_, kNoSlot)].dead = true;
  }
  suspect_idle();
  if (closes_ == 1) {
    check_close(closing_, closed);
  }
  if (closes_ > 0) {
    check_closes(closed);
    closed_before_ = closed;
  }
  if (newest_granted_ != 0) {
    check_order();
  }
  if (refused_as_down_ && at(Place::kIdle) + at(Place::kLent) > 0) {
    complain("the backend is called down while connections to it work");
  }
  generation_before_ = generation_;
  pool_closed_before_ = pool_closed_;
}

// Callers.

void Oracle::takes(SlotId slot, CallerId caller) {
  Session& session = sessions_[slot];
  expect_free(slot, "taken while somebody has it");
  if (session.place == Place::kWithCore) {
    session.rested = true;
  }
  move(slot, Place::kLent);
  session.user = caller;
}

void Oracle::borrows(SlotId slot, CallerId caller, Nanos now) {
  if (sessions_[slot].user != caller) {
    complain(
        fmt::format("caller {} borrows slot {} of caller {}", caller, slot, sessions_[slot].user));
  }
  check_lending(slot, Path::kFast, now);
}

void Oracle::gives_back(SlotId slot, CallerId caller, Nanos now) {
  Session& session = sessions_[slot];
  expect(slot, Place::kLent, "given back");
  if (session.user != caller) {
    complain(fmt::format("caller {} gives back slot {} of caller {}", caller, slot, session.user));
  }
  move(slot, Place::kIdle);
  session.user = kNobody;
  session.rested = true;
  session.used = session.proven = now;
}

void Oracle::gives_to_core(SlotId slot, CallerId caller) {
  Session& session = sessions_[slot];
  expect(slot, Place::kLent, "given to the core");
  if (session.user != caller) {
    complain(fmt::format("caller {} gives slot {} of {} away", caller, slot, session.user));
  }
  move(slot, Place::kWithCore);
  session.user = kNobody;
}

void Oracle::releases(SlotId slot, CallerId caller, Return how) {
  gives_to_core(slot, caller);
  Session& session = sessions_[slot];
  session.used = session.proven = at_;
  const bool lost = how == Return::kBroken || how == Return::kDiscarded;
  session.broken = session.broken || lost;
  session.dirty = session.dirty || how == Return::kDirty;
  truth_.broken += lost ? 1 : 0;
  if (how == Return::kBroken) {
    suspicion_ = at_ - nanos_of(policy_.validate_after_idle);
  }
}

// What was idle when one failed, and had not proven itself since that one was asked.
void Oracle::suspect_idle() {
  if (suspicion_ == -kForever) {
    return;
  }
  for (Session& session : sessions_) {
    if (session.place == Place::kIdle) {
      session.suspected = std::max(session.suspected, suspicion_);
    }
  }
  suspicion_ = -kForever;
}

void Oracle::check_lending(SlotId slot, Path path, Nanos at) {
  Session& session = sessions_[slot];
  if (session.broken || session.dirty) {
    complain(fmt::format("slot {} is lent {}", slot, session.broken ? "broken" : "dirty"));
  }
  if (session.dead || (session.hung_up && path == Path::kCore)) {
    complain(fmt::format("slot {} is lent, though its server is known to have hung up", slot));
  }
  // A caller that acts in the middle of the event may come before the mark.
  if (session.generation != generation_ && session.generation != generation_before_) {
    complain(fmt::format("slot {} is lent, of generation {} < {}", slot, session.generation,
                         generation_));
  }
  if (path == Path::kCore && session.generation != generation_) {
    complain(fmt::format("the core grants slot {} of an old generation", slot));
  }
  if (pool_closed_before_ || (pool_closed_ && path == Path::kCore)) {
    complain(fmt::format("slot {} of a closed pool is lent", slot));
  }
  check_age(session, path, at);
  if (++session.leases > policy_.max_uses) {
    complain(fmt::format("slot {} is lent for the {}th time", slot, session.leases));
  }
  session.used = at;
  session.rested = false;
}

void Oracle::check_age(const Session& session, Path path, Nanos at) {
  const Nanos lifetime = nanos_of(policy_.max_lifetime);
  const Nanos late = path == Path::kFast ? kTick + kSlack : 0;
  if (lifetime > 0 && at >= session.born + lifetime + late) {
    complain(fmt::format("lent {} ns after its end", at - session.born - lifetime));
  }
  const bool by_idleness = policy_.validate == policy::Validate::kIdle ||
                           (policy_.validate == policy::Validate::kAuto && !session.watched);
  // The tick learns of a return up to a tick late, and marks what is stale up to a tick later.
  const Nanos unnoticed = (path == Path::kFast ? 2 : 1) * kTick + kSlack;
  if (by_idleness && at - session.proven > nanos_of(policy_.validate_after_idle) + unnoticed) {
    complain(fmt::format("lent unproven for {} ns", at - session.proven));
  }
  if (session.proven < session.suspected - unnoticed) {
    complain(fmt::format("lent though others failed {} ns after it was last proven",
                         session.suspected - session.proven));
  }
  const Nanos rested = session.rested ? at - session.proven : 0;
  if (policy_.validate == policy::Validate::kAlways && rested > kSlack) {
    complain(fmt::format("validate = always: lent unproven after {} ns", rested));
  }
}

// Actions and completions.

void Oracle::dials(SlotId slot, internal::EndpointId endpoint) {
  expect(slot, Place::kNowhere, "dialled");
  Session& session = sessions_[slot];
  const Nanos handed_over = session.handed_over;
  session = {};
  session.handed_over = handed_over;
  session.number = ++sessions_begun_;
  session.generation = generation_;
  session.endpoint = endpoint;
  move(slot, Place::kDialing);
  check_dial();
  if (std::string wrong = dials_.begins(endpoint, at_); !wrong.empty()) {
    complain(std::move(wrong));
  }
}

void Oracle::check_dial() {
  if (pool_closed_) {
    complain("dialled for a closed pool");
  }
  if (open() > most_open()) {
    complain(fmt::format("{} sessions are open, {} allowed", open(), most_open()));
  }
  if (waiting_ == 0 && !impatient_asked_ && newest_granted_ == 0 &&
      open() > size_ + policy_.rotation_spare) {
    complain("overflow is opened for nobody");
  }
  if (at(Place::kDialing) > policy_.max_concurrent_dials) {
    complain(fmt::format("{} dials at once, {} allowed", at(Place::kDialing),
                         policy_.max_concurrent_dials));
  }
}

void Oracle::probes(SlotId slot) {
  expect_free(slot, "probed");
  sessions_[slot].asked = at_;
  move(slot, Place::kProbing);
}

void Oracle::resets(SlotId slot) {
  expect(slot, Place::kWithCore, "reset");
  if (!sessions_[slot].dirty) {
    complain(fmt::format("slot {} is reset though it is clean", slot));
  }
  sessions_[slot].asked = at_;
  move(slot, Place::kResetting);
}

void Oracle::closes(SlotId slot) {
  expect_free(slot, "closed");
  move(slot, Place::kClosing);
  ++closes_;
  closing_ = slot;
  ++truth_.closed;
}

void Oracle::dialed(SlotId slot, Nanos at) {
  expect(slot, Place::kDialing, "dial done");
  Session& session = sessions_[slot];
  session.born = session.proven = session.used = at;
  move(slot, Place::kWithCore);
  dials_.done(session.endpoint);
  ++truth_.dialled;
}

void Oracle::dial_failed(SlotId slot, internal::DialFailure failure, Nanos at) {
  expect(slot, Place::kDialing, "dial failed");
  move(slot, Place::kNowhere);
  dials_.failed(sessions_[slot].endpoint, failure, at);
  ++truth_.dial_failures;
}

void Oracle::proved(SlotId slot, internal::Outcome outcome, Nanos at) {
  Session& session = sessions_[slot];
  if (session.place != Place::kResetting) {
    expect(slot, Place::kProbing, "probe done");
  }
  if (outcome == internal::Outcome::kFailed) {
    session.broken = true;
    dials_.session_broke(session.endpoint);
    ++truth_.broken;
    suspicion_ = session.asked;
  } else {
    dials_.session_answered(session.endpoint);
    session.proven = at;
    session.dirty = false;
    session.rested = false;
  }
  move(slot, Place::kWithCore);
}

void Oracle::closed(SlotId slot) {
  expect(slot, Place::kClosing, "close done");
  move(slot, Place::kNowhere);
}

void Oracle::hangs_up(SlotId slot) {
  if (sessions_[slot].place != Place::kClosing && sessions_[slot].place != Place::kNowhere) {
    dials_.session_broke(sessions_[slot].endpoint);
  }
  sessions_[slot].hung_up = true;
  dying_ = slot;
}

void Oracle::grow_to(std::uint32_t slots) {
  places_[static_cast<std::size_t>(Place::kNowhere)] +=
      static_cast<std::int64_t>(slots - sessions_.size());
  sessions_.resize(slots);
}

// Why sessions close.

// How many may close in one event.
void Oracle::check_closes(const ClosedCounts& closed) {
  const std::int64_t surplus = closed.surplus - closed_before_.surplus;
  const std::int64_t above_size = std::max<std::int64_t>(occupied_before_ - size_, 0);
  if (surplus > above_size) {
    complain(fmt::format("{} sessions too many, {} closed as surplus", above_size, surplus));
  }
  const std::int64_t idle = closed.idle - closed_before_.idle;
  const std::int64_t least = std::min(policy_.min_idle, policy_.max_idle);
  if (idle > 0 && !rivals_acted_ && idle_before_ - surplus - idle < least) {
    complain(fmt::format("of {} idle, {} are closed as idle and {} as surplus", idle_before_, idle,
                         surplus));
  }
}

void Oracle::check_close(SlotId slot, const ClosedCounts& closed) {
  using Counts = ClosedCounts;
  constexpr std::int64_t Counts::*kReasons[] = {
      &Counts::lifetime, &Counts::idle,     &Counts::uses,  &Counts::broken, &Counts::dead,
      &Counts::surplus,  &Counts::outdated, &Counts::moved, &Counts::drained};
  int reasons = 0;
  for (const auto reason : kReasons) {
    if (closed.*reason == closed_before_.*reason) {
      continue;
    }
    ++reasons;
    if (!may_close(sessions_[slot], reason)) {
      complain(fmt::format(
          "slot {} is closed for a reason that does not hold (lifetime {}, idle "
          "{}, uses {}, broken {}, dead {}, surplus {}, outdated {}, moved {}, drained {})",
          slot, closed.lifetime - closed_before_.lifetime, closed.idle - closed_before_.idle,
          closed.uses - closed_before_.uses, closed.broken - closed_before_.broken,
          closed.dead - closed_before_.dead, closed.surplus - closed_before_.surplus,
          closed.outdated - closed_before_.outdated, closed.moved - closed_before_.moved,
          closed.drained - closed_before_.drained));
    }
  }
  if (reasons != 1) {
    complain(fmt::format("slot {} is closed for {} reasons", slot, reasons));
  }
}

bool Oracle::may_close(const Session& session, std::int64_t ClosedCounts::*reason) const {
  if (reason == &ClosedCounts::lifetime) {
    const double jitter = std::max(policy_.lifetime_jitter, policy_.first_lifetime_jitter);
    const double least = static_cast<double>(nanos_of(policy_.max_lifetime)) *
                         std::min(1 - jitter, policy_.rotation_spare > 0 ? 0.9 : 1.0);
    return policy_.max_lifetime.count() > 0 &&
           static_cast<double>(at_ - session.born + kSlack) >= least;
  }
  if (reason == &ClosedCounts::idle) {
    // Of a return on the fast path the core knows the last tick before it.
    const bool too_long = policy_.idle_timeout.count() > 0 &&
                          at_ - session.used + kTick + kSlack >= nanos_of(policy_.idle_timeout);
    // A successor that nobody borrowed is as idle as the one before it.
    const bool succeeded = policy_.rotation_spare > 0 && session.leases == 0;
    const bool enough = idle_before_ > policy_.min_idle;
    return rivals_acted_ || idle_before_ > policy_.max_idle || (enough && (too_long || succeeded));
  }
  if (reason == &ClosedCounts::uses) {
    return session.leases >= policy_.max_uses;
  }
  if (reason == &ClosedCounts::broken) {
    return session.broken;
  }
  if (reason == &ClosedCounts::dead) {
    return session.hung_up;
  }
  if (reason == &ClosedCounts::surplus) {
    return open() - at(Place::kClosing) + 1 > size_;
  }
  if (reason == &ClosedCounts::outdated) {
    return session.generation != generation_;
  }
  if (reason == &ClosedCounts::moved) {
    return endpoints_ > 1;
  }
  return pool_closed_;
}

}  // namespace millpond::sim
