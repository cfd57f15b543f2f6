// Sizes in bytes as the policy file writes them: a number and one unit, "64KiB".
//
// Pure; safe from any thread.
//
//   parse_bytes("64KiB") == 65536;  bytes_text(65536) == "64KiB"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace millpond::policy {

inline constexpr char kByteUnits[] = "B, KiB, MiB or GiB";

// The bytes, or what is wrong with the text ("a number without a unit").
tl::expected<std::int64_t, std::string> parse_bytes(std::string_view text);

// With the largest unit that gives a whole number: what parse_bytes reads back unchanged.
std::string bytes_text(std::int64_t bytes);

}  // namespace millpond::policy
