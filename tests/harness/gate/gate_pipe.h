// One direction of one connection through a Gate: bytes read from one socket, kept as long as the
// toxic says, and written to the other.
//
// For one thread at a time. Never blocks: both sockets are non-blocking.
//
//   if (pipe.wants_input()) pipe.read(caller, now);
//   if (pipe.due() <= now)  pipe.write(server, now);
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "millpond/tests/harness/gate/toxic.h"

namespace millpond::harness {

// Finds one text in a stream that comes piece by piece.
class StreamMarker {
 public:
  explicit StreamMarker(std::string text) : text_(std::move(text)) {}

  void see(std::string_view piece);
  bool seen() const { return seen_; }

 private:
  std::string text_;  // empty: the first byte will do
  std::string tail_;
  bool seen_ = false;
};

class GatePipe {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  // What is to become of the connection.
  enum class Fate : std::uint8_t { kGoesOn, kCloses, kResets };

  static constexpr TimePoint kNever = TimePoint::max();

  GatePipe(const Toxic& toxic, std::string marker, std::uint64_t seed)
      : toxic_(toxic), marker_(std::move(marker)), random_(seed) {
    start_counting();
  }

  // Holds for what is kept, too.
  void set(const Toxic& toxic, TimePoint now);

  bool wants_input() const {
    return !ended_ && toxic_.kind != Toxic::Kind::kHalfOpen && kept_ < kMostKept;
  }
  // When something may be written: bytes, or the end.
  TimePoint due() const;

  Fate read(int from, TimePoint now);
  Fate write(int to, TimePoint now);

  bool ended() const { return ended_; }  // the sender has said that this was all
  bool end_passed_on() const { return end_passed_on_; }
  std::int64_t passed() const { return passed_; }
  bool marker_seen() const { return marker_.seen(); }

 private:
  struct Piece {
    TimePoint due;
    std::string bytes;
  };

  static constexpr std::size_t kMostKept = std::size_t{256} * 1024;
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

  void start_counting();
  Fate take(std::string bytes, TimePoint now);
  void corrupt(std::string& bytes);
  std::int64_t until_next_corrupt();
  std::size_t allowance() const;
  void note_written(std::size_t size, TimePoint now);

  Toxic toxic_;
  StreamMarker marker_;
  std::minstd_rand random_;
  std::deque<Piece> pieces_;
  std::size_t kept_ = 0;
  std::int64_t passed_ = 0;
  std::int64_t left_ = kUnlimited;  // of kLimitBytes; before the next corrupt byte of kCorrupt
  TimePoint not_before_{};          // of kThrottle
  bool ended_ = false;
  bool end_passed_on_ = false;
};

}  // namespace millpond::harness
