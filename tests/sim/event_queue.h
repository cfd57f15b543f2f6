// What is going to happen, the earliest first; of the same moment, what was planned first.
//
// For one thread.
//
//   queue.plan({.when = now + 5, .kind = Kind::kArrive, .subject = 3});
//   Event next = queue.pop();
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

// `subject` is a caller or a slot; `stamp` is which of its lives was meant, so that an event whose
// subject has gone on meanwhile is void.
enum class Kind : std::uint8_t {
  // A caller's steps.
  kArrive,        // looks for an idle slot
  kLookAt,        // found a mark on the slot it took: gives it to the core
  kAsk,           // found none: asks the core
  kDoneTold,      // hears that it was granted or refused
  kNudgeTold,     // hears that it should look again
  kWake,          // runs again after news
  kDeadline,      // loses its patience
  kInterrupt,     // is told to stop waiting
  kReturn,        // gives its connection back
  kGiveBack,      // has seen that nobody waits, and makes the slot idle
  kGlance,        // has made it idle, and looks whether anything came meanwhile
  kReturnSlowly,  // looks at the time and the queue
  kRelease,       // gives it to the core
  kLookAgain,     // has given it back, and saw a mark or a waiter after that
  kNudge,         // has left it idle beside a sleeping queue
  // Completions of the driver; the subject is a slot, the stamp its session.
  kDialEnds,
  kProbeEnds,
  kResetEnds,
  kCloseEnds,
  kHangUp,  // of the server, as the watch tells it: the slot may have another session by then
  // The pool's own.
  kResume,
  kTick,
  kUnbar,  // an operator has put the password right
};

struct Event {
  Nanos when = 0;
  Kind kind = Kind::kTick;
  std::uint32_t subject = 0;
  std::uint32_t stamp = 0;
};

class EventQueue {
 public:
  void plan(const Event& event) {
    planned_.push_back({event, ++order_});
    std::push_heap(planned_.begin(), planned_.end(), later);
  }

  Event pop() {
    std::pop_heap(planned_.begin(), planned_.end(), later);
    const Event event = planned_.back().event;
    planned_.pop_back();
    return event;
  }

  bool empty() const { return planned_.empty(); }
  const Event& front() const { return planned_.front().event; }

 private:
  struct Planned {
    Event event;
    std::uint64_t order = 0;
  };
  static bool later(const Planned& a, const Planned& b) {
    return a.event.when != b.event.when ? a.event.when > b.event.when : a.order > b.order;
  }

  std::vector<Planned> planned_;
  std::uint64_t order_ = 0;
};

}  // namespace millpond::sim
