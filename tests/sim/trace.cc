#include "millpond/tests/sim/trace.h"

#include <fmt/format.h>

namespace millpond::sim {
namespace {

std::string word(const char* name, std::int64_t value) {
  return value < 0 ? std::string{} : fmt::format(" {} {}", name, value);
}

}  // namespace

void Trace::print(std::ostream& out, const Note& note) {
  out << fmt::format("  #{} {:.3f} us: {}{}{}{}\n", note.event,
                     static_cast<double>(note.when) / kMicrosecond, note.what,
                     word("caller", note.caller), word("slot", note.slot), word("with", note.more));
}

void Trace::print(std::ostream& out) const {
  for (std::size_t i = next_ > kLength ? next_ - kLength : 0; i < next_; ++i) {
    print(out, notes_[i % kLength]);
  }
}

}  // namespace millpond::sim
