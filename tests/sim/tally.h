// How often each thing happened in one or many simulations.
//
// For one thread.
//
//   tally.count(Deed::kAcquire);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>

namespace millpond::sim {

enum class Deed : std::uint8_t {
  // A caller's operations and a driver's completions: what is called an event.
  kAcquire,
  kLookAt,
  kAsk,
  kRetry,
  kCancel,
  kInterrupted,
  kReturn,
  kDialed,
  kDialFailed,
  kProbed,
  kProbeFailed,
  kReset,
  kResetFailed,
  kClosed,
  kHungUp,
  kResize,
  kBump,
  kClose,
  // What came of them, and what is no event.
  kFastTake,
  kMarkedTake,
  kGrant,
  kGrantAtOnce,
  kQuietReturn,
  kSlowReturn,
  kRelease,
  kLookAgain,
  kNudge,
  kNudgeTold,
  kGrantAfterTimeout,
  kRefused,
  kNested,
  kRivalTake,
  kRivalReturn,
  kInterlude,
  kUnlisted,
  kDial,
  kRotation,
  kResume,
  kTick,
  kPhase,
  kCalm,
  kWatchedRotations,
  kLateHangUp,
};
inline constexpr std::size_t kDeeds = static_cast<std::size_t>(Deed::kLateHangUp) + 1;
inline constexpr std::size_t kReasonsToRefuse = 9;
inline constexpr std::size_t kReasonsToClose = 9;

class Tally {
 public:
  void count(Deed deed) {
    ++deeds_[static_cast<std::size_t>(deed)];
    events_ += deed <= Deed::kClose ? 1 : 0;
  }
  void refused(std::size_t reason) {
    count(Deed::kRefused);
    ++refused_.at(reason);
  }
  void closed(const std::array<std::int64_t, kReasonsToClose>& by_reason) { closed_ = by_reason; }

  std::int64_t events() const { return events_; }
  std::int64_t of(Deed deed) const { return deeds_[static_cast<std::size_t>(deed)]; }

  Tally& operator+=(const Tally& other);
  void print(std::ostream& out) const;

 private:
  std::int64_t events_ = 0;
  std::array<std::int64_t, kDeeds> deeds_{};
  std::array<std::int64_t, kReasonsToRefuse> refused_{};
  std::array<std::int64_t, kReasonsToClose> closed_{};
};

}  // namespace millpond::sim
