// How messages and docs/configuration.md speak of a key's values.
//
// Pure; safe from any thread.
//
//   expected_form(field) == "a duration such as \"2s\"";  bounds_of(field) == "1ms to 1h"
#pragma once

#include <string>

#include "millpond/policy/field.h"

namespace millpond::policy {

std::string expected_form(const Field& field);

// Empty where the key's kind has none.
std::string bounds_of(const Field& field);

}  // namespace millpond::policy
