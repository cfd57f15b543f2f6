#include "millpond/tests/tidy/class_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

namespace millpond::tidy {
namespace {

constexpr std::string_view kNamespace = "namespace ";

// The class that a line at the file's top level begins to define; empty where it begins none.
std::string_view class_begun_by(std::string_view line) {
  constexpr std::array<std::string_view, 3> kKeywords{"enum class ", "class ", "struct "};
  for (const std::string_view keyword : kKeywords) {
    if (!line.starts_with(keyword) || line.find(';') != std::string_view::npos) {
      continue;
    }
    std::string_view rest = line.substr(keyword.size());
    for (const std::string_view attribute : {"[[nodiscard]] ", "alignas(128) "}) {
      rest.remove_prefix(rest.starts_with(attribute) ? attribute.size() : 0);
    }
    const auto* const end = std::ranges::find_if_not(rest, is_word_char);
    return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  }
  return {};
}

// "millpond::drivers" of "namespace millpond::drivers {".
std::string_view namespace_of(std::string_view line) {
  const std::string_view rest = line.substr(kNamespace.size());
  return rest.substr(0, rest.find(' '));
}

}  // namespace

Violations check_class_names(const std::vector<SourceFile>& tree) {
  Violations violations;
  std::map<std::string, std::string> homes;
  for (const SourceFile& file : tree) {
    if (!is_header(file.path)) {
      continue;
    }
    const std::string code = code_of(file.text);
    std::string_view space;
    int number = 0;
    for (const std::string_view line : lines_of(code)) {
      ++number;
      if (line.starts_with(kNamespace)) {
        space = namespace_of(line);
      }
      const std::string_view name = class_begun_by(line);
      if (name.empty()) {
        continue;
      }
      const auto [home, fresh] = homes.try_emplace(fmt::format("{}::{}", space, name), file.path);
      if (!fresh && home->second != file.path) {
        violations.push_back(
            {file.path, number, fmt::format("{} is a class of {} too", home->first, home->second)});
      }
    }
  }
  return violations;
}

}  // namespace millpond::tidy
