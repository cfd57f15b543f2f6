#include "millpond/policy/placeholders.h"

#include <fmt/format.h>

#include <algorithm>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

TextError unknown(std::string_view name, const std::vector<Placeholder>& known) {
  std::vector<std::string_view> names;
  for (const Placeholder& placeholder : known) {
    names.push_back(placeholder.name);
  }
  return {.code = code::kUnknownPlaceholder,
          .message = fmt::format("unknown placeholder `{{{}}}`", name),
          .label = did_you_mean(name, names),
          .help = "placeholders are " + listed(names)};
}

}  // namespace

tl::expected<std::string, TextError> fill_placeholders(std::string_view text,
                                                       const std::vector<Placeholder>& known) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t closing = text[at] == '{' ? text.find('}', at) : std::string_view::npos;
    if (closing == std::string_view::npos) {
      result += text[at++];
      continue;
    }
    const std::string_view name = text.substr(at + 1, closing - at - 1);
    const auto found = std::find_if(known.begin(), known.end(),
                                    [name](const Placeholder& p) { return p.name == name; });
    if (found == known.end()) {
      TextError error = unknown(name, known);
      error.offset = at;
      error.length = closing + 1 - at;
      return tl::unexpected(std::move(error));
    }
    result += found->value;
    at = closing + 1;
  }
  return result;
}

}  // namespace millpond::policy
