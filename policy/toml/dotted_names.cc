#include "millpond/policy/toml/dotted_names.h"

#include <algorithm>

namespace millpond::policy::toml {
namespace {

bool continues_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == ' ' || c == '\t';
}

// Behind the text in quotes that begins at `at`. One that is not closed ends with its line, or,
// where it may have several, with the file.
std::size_t behind_text(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const bool many_lines = text.size() >= at + 3 && text[at + 1] == quote && text[at + 2] == quote;
  const std::size_t marks = many_lines ? 3 : 1;
  for (std::size_t next = at + marks; next < text.size(); ++next) {
    if (text[next] == '\\' && quote == '"') {
      ++next;
    } else if (text[next] == '\n' && !many_lines) {
      return next;
    } else if (text[next] == quote && (!many_lines || text.substr(next, 3) == text.substr(at, 3))) {
      return next + marks;
    }
  }
  return text.size();
}

}  // namespace

std::optional<std::size_t> overlong_name(std::string_view text) {
  std::size_t start = 0;
  std::size_t parts = 1;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = behind_text(text, at);
      continue;
    }
    if (c == '#') {
      at = std::min(text.find('\n', at), text.size());
      continue;
    }
    ++at;
    parts += c == '.' ? 1 : 0;
    if (parts > kMostParts) {
      return start;
    }
    if (c != '.' && !continues_name(c)) {
      start = at;
      parts = 1;
    }
  }
  return std::nullopt;
}

}  // namespace millpond::policy::toml
