#include "millpond/drivers/redis/session_tracker.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace millpond::drivers {
namespace {

// Commands after which the same session answers another caller differently. Blocking commands,
// scripts and functions are not among them: they end with their reply.
constexpr std::array<std::string_view, 19> kChangeSession{
    "ASKING",     "AUTH",         "CLIENT", "HELLO",        "MONITOR",
    "PSUBSCRIBE", "PSYNC",        "QUIT",   "PUNSUBSCRIBE", "READONLY",
    "READWRITE",  "REPLCONF",     "RESET",  "SELECT",       "SSUBSCRIBE",
    "SUBSCRIBE",  "SUNSUBSCRIBE", "SYNC",   "UNSUBSCRIBE",
};

bool same_word(std::string_view left, std::string_view upper) {
  return std::equal(left.begin(), left.end(), upper.begin(), upper.end(),
                    [](unsigned char a, char b) { return std::toupper(a) == b; });
}

bool sets_debugger(std::span<const std::string_view> arguments) {
  return arguments.size() > 1 && same_word(arguments[0], "SCRIPT") &&
         same_word(arguments[1], "DEBUG");
}

bool changes_session(std::string_view name) {
  return std::any_of(kChangeSession.begin(), kChangeSession.end(),
                     [name](std::string_view known) { return same_word(name, known); });
}

}  // namespace

void SessionTracker::note_reply(std::span<const std::string_view> arguments, Outcome outcome) {
  const auto name = arguments.front();
  if (same_word(name, "MULTI") || same_word(name, "WATCH")) {
    transaction_open_ = true;
  } else if (same_word(name, "EXEC") || same_word(name, "DISCARD")) {
    // Both end the transaction and forget watched keys; a refusal may mean either, so it stays
    // open.
    transaction_open_ = transaction_open_ && outcome == Outcome::kRefused;
  } else if (sets_debugger(arguments)) {
    session_changed_ = may_debug_ = true;
  } else if (changes_session(name)) {
    session_changed_ = true;
  }
}

}  // namespace millpond::drivers
