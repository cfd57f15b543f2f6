// Times as the policy file writes them: a number and one unit, "250ms", "2s", "1.5h".
//
// Pure; safe from any thread.
//
//   parse_duration("2s") == 2s;  to_text(1500ms) == "1500ms"
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

inline constexpr char kDurationUnits[] = "us, ms, s, m, h or d";

// The time, or what is wrong with the text ("a number without a unit"). Fractions must come out as
// whole microseconds; nothing is rounded.
tl::expected<Duration, std::string> parse_duration(std::string_view text);

// With the largest unit that gives a whole number: what parse_duration reads back unchanged.
std::string to_text(Duration duration);

}  // namespace millpond::policy
