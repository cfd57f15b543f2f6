#include "millpond/policy/toml/secret_lines.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "millpond/policy/secret_source.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy::toml {
namespace {

using Hidden = std::optional<std::size_t>;

constexpr std::string_view kSpaces = " \t";
constexpr std::string_view kBehindKey = " \t\"':";

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

// The last part of the key that ends before `equals`.
std::string_view key_before(std::string_view line, std::size_t equals) {
  const std::size_t last = line.substr(0, equals).find_last_not_of(kBehindKey);
  if (last == std::string_view::npos) {
    return {};
  }
  const std::string_view up_to_key = line.substr(0, last + 1);
  const std::size_t before = up_to_key.find_last_of(" \t\"'.,{[");
  return up_to_key.substr(before == std::string_view::npos ? 0 : before + 1);
}

// True when the value is nothing but "${env:NAME}" or "${file:/path}", perhaps with a comment.
bool only_says_where(std::string_view value) {
  if (value.empty() || (value.front() != '"' && value.front() != '\'')) {
    return false;
  }
  const std::size_t closing = value.find(value.front(), 1);
  if (closing == std::string_view::npos ||
      !parse_secret_source(value.substr(1, closing - 1)).has_value()) {
    return false;
  }
  const std::size_t next = value.find_first_not_of(kSpaces, closing + 1);
  return next == std::string_view::npos ||
         std::string_view("#,}").find(value[next]) != std::string_view::npos;
}

bool holds_credentials(std::string_view value) {
  if (value.find("-----BEGIN") != std::string_view::npos) {
    return true;
  }
  const std::size_t at = value.rfind('@');
  return at != std::string_view::npos && value.substr(0, at).find(':') != std::string_view::npos;
}

// Behind the line's first key, where that names a secret, whatever joins the two.
Hidden start_behind_first_key(std::string_view line) {
  const std::size_t key = line.find_first_not_of(kBehindKey);
  if (key == std::string_view::npos || line[key] == '#') {
    return std::nullopt;
  }
  const std::size_t end = std::min(line.find_first_of(" \t\"'=:", key), line.size());
  const bool quoted = line.substr(end).starts_with('"') || line.substr(end).starts_with('\'');
  const std::size_t behind = end + (quoted ? 1 : 0);
  const std::size_t start = std::min(line.find_first_not_of(" \t=:", behind), line.size());
  const bool secret = names_a_secret(line.substr(key, end - key));
  return secret && !only_says_where(line.substr(start)) ? Hidden(start) : std::nullopt;
}

// The next `=`, or `:` as in YAML and JSON, from `from` on.
std::size_t find_separator(std::string_view line, std::size_t from) {
  for (std::size_t at = line.find_first_of("=:", from); at != std::string_view::npos;
       at = line.find_first_of("=:", at + 1)) {
    const bool joins = line[at] == '=' ||
                       (at + 1 < line.size() && kBehindKey.find(line[at + 1]) != kBehindKey.npos);
    if (joins) {
      return at;
    }
  }
  return std::string_view::npos;
}

Hidden start_in(std::string_view line) {
  if (const Hidden start = start_behind_first_key(line)) {
    return start;
  }
  for (std::size_t equals = find_separator(line, 0); equals != std::string_view::npos;
       equals = find_separator(line, equals + 1)) {
    const std::size_t start = std::min(line.find_first_not_of(kSpaces, equals + 1), line.size());
    const std::string_view value = line.substr(start);
    const bool secret = names_a_secret(key_before(line, equals)) && !only_says_where(value);
    if (secret || holds_credentials(value)) {
      return start;
    }
  }
  return std::nullopt;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++found;
  }
  return found;
}

// What ends a value that goes on behind its line; empty when it does not.
std::string_view closing_of(std::string_view value) {
  // Anywhere, since in a broken file the next key may stand on the line of the last.
  for (const std::string_view quotes : {R"(""")", "'''"}) {
    if (count(value, quotes) % 2 == 1) {
      return quotes;
    }
  }
  for (const auto& [opening, closing] : {std::pair{'[', "]"}, std::pair{'{', "}"}}) {
    if (value.starts_with(opening) && value.find(closing) == std::string_view::npos) {
      return closing;
    }
  }
  return {};
}

}  // namespace

bool names_a_secret(std::string_view key) {
  constexpr std::array<std::string_view, 10> kParts{"pass",       "pwd",     "secret", "token",
                                                    "credential", "api_key", "apikey", "auth",
                                                    "bearer",     "private"};
  const std::string word = lower(key);
  return word == "pw" ||
         std::any_of(kParts.begin(), kParts.end(),
                     [&word](std::string_view part) { return word.find(part) != word.npos; }) ||
         nearest(word, {"password"}).has_value();
}

std::vector<Hidden> hidden_from(const std::vector<std::string_view>& lines) {
  std::vector<Hidden> result;
  std::string_view closing;
  for (const std::string_view line : lines) {
    if (!closing.empty() && line.find(closing) == std::string_view::npos) {
      result.emplace_back(0);
      continue;
    }
    // Where a value was not closed, what ends it may just as well begin the next one.
    const Hidden start = start_in(line);
    result.push_back(closing.empty() ? start : Hidden(0));
    closing = start ? closing_of(line.substr(*start)) : std::string_view{};
  }
  return result;
}

}  // namespace millpond::policy::toml
