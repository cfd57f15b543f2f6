// The last events of a simulation, kept cheaply and put into words only when one fails.
//
// For one thread.
//
//   trace.note({.when = now, .what = "grant", .slot = 3, .caller = 7});
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <ostream>

#include "millpond/tests/sim/virtual_time.h"

namespace millpond::sim {

struct Note {
  Nanos when = 0;
  const char* what = "";
  std::int64_t caller = -1;
  std::int64_t slot = -1;
  std::int64_t more = -1;
  std::int64_t event = 0;  // filled in by the trace
};

class Trace {
 public:
  static constexpr std::size_t kLength = 50;

  // Every note goes here too, if set.
  void echo_to(std::ostream& out) { echo_ = &out; }
  void event_begins(std::int64_t number) { event_ = number; }

  void note(const Note& note) {
    Note& kept = notes_[next_++ % kLength];
    kept = note;
    kept.event = event_;
    if (echo_ != nullptr) {
      print(*echo_, kept);
    }
  }

  void print(std::ostream& out) const;

 private:
  static void print(std::ostream& out, const Note& note);

  std::array<Note, kLength> notes_{};
  std::size_t next_ = 0;
  std::int64_t event_ = 0;
  std::ostream* echo_ = nullptr;
};

}  // namespace millpond::sim
