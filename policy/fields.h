// THE option table: every key of the policy file, one row each. It drives parsing, defaults,
// bounds, the JSON Schema, `explain`, and docs/configuration.md; nothing else knows a default or a
// bound.
//
// Constant data; safe from any thread.
//
//   find_field(Section::kPool, "acquire_timeout")->fallback == "2s"
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "millpond/policy/field.h"

namespace millpond::policy {

inline constexpr std::array kSections{Section::kPool, Section::kServer, Section::kProcess,
                                      Section::kFleet};

// The rows of one kind of table, in the order in which docs/configuration.md has them.
std::span<const Field> fields_of(Section section);

// Null when the table has no such key.
const Field* find_field(Section section, std::string_view key);

std::vector<std::string_view> keys_of(Section section);

}  // namespace millpond::policy
