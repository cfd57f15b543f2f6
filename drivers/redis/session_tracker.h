// What a borrower may have left behind in a Redis session, as far as its commands tell.
//
// Pure; not synchronised.
//
//   tracker.note_reply({"MULTI"}, Outcome::kDone);   // tracker.need() is now kTransaction
#pragma once

#include <span>
#include <string_view>

#include "millpond/drivers/driver.h"

namespace millpond::drivers {

class SessionTracker {
 public:
  enum class Outcome { kDone, kRefused };

  // A command was answered.
  void note_reply(std::span<const std::string_view> arguments, Outcome outcome);

  // Somebody has the vendor's own handle: anything may happen.
  void note_raw_use() { session_changed_ = may_debug_ = true; }

  // The server takes no writes: it is a replica.
  void note_refused_write() { refused_write_ = true; }
  bool refused_write() const { return refused_write_; }

  // The session is as it was when it was opened.
  void note_reset() { session_changed_ = transaction_open_ = may_debug_ = false; }

  // Scripts may stop in the debugger.
  bool may_debug() const { return may_debug_; }

  ResetNeed need() const {
    if (refused_write_) {
      return ResetNeed::kReplacement;
    }
    if (session_changed_) {
      return ResetNeed::kSession;
    }
    return transaction_open_ ? ResetNeed::kTransaction : ResetNeed::kNone;
  }

 private:
  bool session_changed_ = false;
  bool may_debug_ = false;
  bool transaction_open_ = false;
  bool refused_write_ = false;
};

}  // namespace millpond::drivers
