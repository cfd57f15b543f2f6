#include "millpond/cli/explanation_text.h"

#include <fmt/format.h>

#include <string_view>

#include "millpond/policy/display.h"
#include "millpond/policy/field_text.h"

namespace millpond::cli {
namespace {

using policy::ExplainedKey;
using policy::ExplainedTable;
using policy::Origin;

constexpr std::size_t kPlaceColumn = 32;

std::string place_of(const Origin& origin) {
  return origin.span.line == 0 ? origin.layer
                               : fmt::format("{}:{}  {}", policy::printable(origin.span.file),
                                             origin.span.line, origin.layer);
}

// `text`, then the place in a column of its own.
std::string line_of(const std::string& text, const std::string& place) {
  const std::size_t width = policy::display_width(text);
  const std::size_t gap = width + 2 > kPlaceColumn ? 2 : kPlaceColumn - width;
  return fmt::format("{}{:{}}{}\n", text, "", gap, place);
}

std::string headline_of(const ExplainedKey& key) {
  const bool later = key.field->effect == policy::Effect::kLater;
  return line_of(
      fmt::format("{} = {}", key.field->key, policy::printable(key.value)),
      fmt::format("{}{}", place_of(key.origin), later ? "  (no effect in this release)" : ""));
}

std::string steps_of(const ExplainedKey& key) {
  std::string text;
  for (const std::string& line : key.how) {
    text += fmt::format("  {}\n", policy::printable(line));
  }
  return text;
}

bool is_stated(const ExplainedKey& key) {
  return key.origin.span.line != 0 || key.field->key == "size";
}

std::string_view after_a_reload(policy::Change change) {
  switch (change) {
    case policy::Change::kLive:
      return "changed live by a reload, once a release has it";
    case policy::Change::kReconnect:
      return "given to new connections by a reload, once a release has it";
    case policy::Change::kRestart:
      break;
  }
  return "changed by the next start";
}

std::string title_of(const ExplainedTable& table) {
  const std::string_view prefix = table.section == policy::Section::kPool ? "pool." : "";
  return fmt::format("[{}{}]{}{}\n", prefix, table.name, table.backend.empty() ? "" : "  ",
                     table.backend);
}

}  // namespace

std::string render(const ExplainedTable& table, Detail detail) {
  std::string text;
  for (const ExplainedKey& key : table.keys) {
    if (detail == Detail::kEverything || is_stated(key)) {
      text += headline_of(key);
      text += steps_of(key);
    }
  }
  return text;
}

std::string render(const policy::Explanation& explanation, Detail detail) {
  std::string text;
  for (const ExplainedTable& table : explanation.tables) {
    const std::string keys = render(table, detail);
    if (!keys.empty()) {
      text += fmt::format("{}{}{}", text.empty() ? "" : "\n", title_of(table), keys);
    }
  }
  return text;
}

std::string render(const ExplainedKey& key) {
  std::string text = headline_of(key) + steps_of(key);
  for (const Origin& origin : key.beneath) {
    const std::string stated = origin.stated.empty() ? "" : fmt::format(" {}", origin.stated);
    text += line_of(fmt::format("  over{}", policy::printable(stated)), place_of(origin));
  }
  const std::string bounds = policy::bounds_of(*key.field);
  text += fmt::format("  {}\n  {}{}{}\n  {}\n", key.field->doc, policy::expected_form(*key.field),
                      bounds.empty() ? "" : "; ", bounds, after_a_reload(key.field->change));
  return text;
}

}  // namespace millpond::cli
