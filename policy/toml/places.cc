#include "millpond/policy/toml/places.h"

#include <algorithm>
#include <tuple>

namespace millpond::policy::toml {

Span span_of(const ::toml::source_region& region, const std::string& file) {
  const bool one_line =
      region.begin.line == region.end.line && region.end.column > region.begin.column;
  return {.file = file,
          .line = region.begin.line,
          .column = region.begin.column,
          .length = one_line ? region.end.column - region.begin.column : 1};
}

std::vector<KeyAndNode> in_file_order(const ::toml::table& table) {
  std::vector<const ::toml::key*> keys;
  for (auto&& [key, node] : table) {
    keys.push_back(&key);
  }
  const auto place = [](const ::toml::key* key) {
    return std::tie(key->source().begin.line, key->source().begin.column);
  };
  std::sort(keys.begin(), keys.end(),
            [place](const auto* a, const auto* b) { return place(a) < place(b); });
  std::vector<KeyAndNode> ordered;
  ordered.reserve(keys.size());
  for (const ::toml::key* const key : keys) {
    ordered.push_back({*key, *table.get(key->str())});
  }
  return ordered;
}

}  // namespace millpond::policy::toml
