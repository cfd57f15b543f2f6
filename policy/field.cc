#include "millpond/policy/field.h"

#include <algorithm>

namespace millpond::policy {

std::string_view fallback_of(const Field& field, Backend backend) {
  const bool differs = !field.exception_fallback.empty() && backend == field.exception;
  return differs ? field.exception_fallback : field.fallback;
}

const Alias* find_alias(const Field& field, std::string_view word) {
  const auto* const found = std::find_if(
      field.aliases.begin(), field.aliases.end(),
      [word](const Alias& alias) { return !alias.word.empty() && alias.word == word; });
  return found == field.aliases.end() ? nullptr : found;
}

const Alias* find_alias(const Field& field, std::int64_t value) {
  const auto* const found = std::find_if(
      field.aliases.begin(), field.aliases.end(),
      [value](const Alias& alias) { return !alias.word.empty() && alias.value == value; });
  return found == field.aliases.end() ? nullptr : found;
}

}  // namespace millpond::policy
