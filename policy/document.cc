#include "millpond/policy/document.h"

#include <algorithm>
#include <string>
#include <utility>

namespace millpond::policy {
namespace {

Span span_of(const Place& place, const TextError& error) {
  if (error.length == 0 || error.offset >= place.positions.size()) {
    return place.span;
  }
  // What is missing is missed behind the last byte.
  const std::size_t end = std::min(error.offset + error.length, place.positions.size() - 1);
  const Position first = place.positions[error.offset];
  const Position past = place.positions[end];
  Span span = place.span;
  span.line = first.line;
  span.column = first.column;
  const bool one_line = first.line == past.line && past.column > first.column;
  span.length = one_line ? past.column - first.column : 1;
  return span;
}

// Shorter ones are numbers and words that no secret is made of.
constexpr std::size_t kShortestSecret = 4;

std::string scrubbed(const Place& place, std::string text) {
  for (const std::string& value : place.substituted) {
    std::size_t at = value.size() < kShortestSecret ? std::string::npos : text.find(value);
    for (; at != std::string::npos; at = text.find(value, at)) {
      text.replace(at, value.size(), "***");
      at += 3;
    }
  }
  return text;
}

}  // namespace

Finding finding_at(const Place& place, const TextError& error) {
  return {.code = error.code,
          .span = span_of(place, error),
          .message = scrubbed(place, error.message),
          .label = scrubbed(place, error.label),
          .help = scrubbed(place, error.help)};
}

void Settings::set(Setting setting) {
  const auto same =
      std::find_if(settings_.begin(), settings_.end(),
                   [&setting](const Setting& earlier) { return earlier.field == setting.field; });
  if (same == settings_.end()) {
    settings_.push_back(std::move(setting));
  } else {
    *same = std::move(setting);
  }
}

const Setting* Settings::find(const Field& field) const {
  const auto found =
      std::find_if(settings_.begin(), settings_.end(),
                   [&field](const Setting& setting) { return setting.field == &field; });
  return found == settings_.end() ? nullptr : &*found;
}

}  // namespace millpond::policy
