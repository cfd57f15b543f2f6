// What the vendors' codes mean to a pool: one table for each backend, and docs/errors.md is made of
// them.
//
// Constant data; safe from any thread.
//
//   const ErrorRule* rule = find_exactly(mysql_errors(), "1040");   // kTooManyConnections
#pragma once

#include <span>
#include <string_view>

#include "millpond/drivers/error.h"

namespace millpond::drivers {

struct ErrorRule {
  std::string_view code;  // or its beginning, as the table says
  ErrorKind kind;
  std::string_view meaning;
};

// SQLSTATE, by its beginning: the first that fits.
std::span<const ErrorRule> postgres_errors();
// Error numbers, exactly.
std::span<const ErrorRule> mysql_errors();
// What an error reply begins with: the first that fits.
std::span<const ErrorRule> redis_errors();
// CURLcode numbers, exactly.
std::span<const ErrorRule> http_errors();
// errno by name, exactly; where a vendor's code only quotes the operating system's.
std::span<const ErrorRule> system_errors();

// Null when none fits.
const ErrorRule* find_beginning(std::span<const ErrorRule> rules, std::string_view text);
const ErrorRule* find_exactly(std::span<const ErrorRule> rules, std::string_view code);

}  // namespace millpond::drivers
