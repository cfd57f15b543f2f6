#include "millpond/policy/document.h"

#include <algorithm>
#include <utility>

namespace millpond::policy {
namespace {

Span place_of(const Setting& setting, const TextError& error) {
  if (error.length == 0 || error.offset >= setting.positions.size()) {
    return setting.span;
  }
  // What is missing is missed behind the last byte.
  const std::size_t end = std::min(error.offset + error.length, setting.positions.size() - 1);
  const Position first = setting.positions[error.offset];
  const Position past = setting.positions[end];
  Span span = setting.span;
  span.line = first.line;
  span.column = first.column;
  const bool one_line = first.line == past.line && past.column > first.column;
  span.length = one_line ? past.column - first.column : 1;
  return span;
}

}  // namespace

Finding finding_at(const Setting& setting, const TextError& error) {
  return {.code = error.code,
          .span = place_of(setting, error),
          .message = error.message,
          .label = error.label,
          .help = error.help};
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

const Setting* Settings::find(std::string_view key) const {
  const auto found =
      std::find_if(settings_.begin(), settings_.end(),
                   [key](const Setting& setting) { return setting.field->key == key; });
  return found == settings_.end() ? nullptr : &*found;
}

bool Settings::usable(std::string_view key) const {
  const Setting* const setting = find(key);
  return setting == nullptr || setting->readable();
}

Settings layered(Settings lower, const Settings& upper) {
  for (const Setting& setting : upper.all()) {
    lower.set(setting);
  }
  return lower;
}

}  // namespace millpond::policy
