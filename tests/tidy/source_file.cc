#include "millpond/tests/tidy/source_file.h"

#include <algorithm>

namespace millpond::tidy {
namespace {

// Where the token that opens at `at` (a comment or a literal) ends: one past its last character.
std::size_t end_of_quoted(std::string_view text, std::size_t at, char quote) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote || text[i] == '\n') {
      return i + 1;
    }
  }
  return text.size();
}

std::size_t past(std::string_view text, std::string_view closer, std::size_t from) {
  const std::size_t found = text.find(closer, from);
  return found == std::string_view::npos ? text.size() : found + closer.size();
}

std::size_t end_of_raw_string(std::string_view text, std::size_t quote) {
  const std::size_t open = text.find('(', quote);
  if (open == std::string_view::npos) {
    return text.size();
  }
  const std::string closer = ")" + std::string(text.substr(quote + 1, open - quote - 1)) + "\"";
  return past(text, closer, open);
}

// The apostrophe of 1'000'000 opens no character literal.
bool is_digit_separator(std::string_view text, std::size_t at) {
  return at > 0 && is_word_char(text[at - 1]) && at + 1 < text.size() && is_word_char(text[at + 1]);
}

// The end of the comment or literal that opens at `at`; `at` itself when none does.
std::size_t end_of_opaque(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) {
    return std::min(text.find('\n', at), text.size());
  }
  if (rest.starts_with("/*")) {
    return past(text, "*/", at + 2);
  }
  if (rest.starts_with("\"")) {
    return at > 0 && text[at - 1] == 'R' ? end_of_raw_string(text, at)
                                         : end_of_quoted(text, at, '"');
  }
  if (rest.starts_with("'") && !is_digit_separator(text, at)) {
    return end_of_quoted(text, at, '\'');
  }
  return at;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string code_of(std::string_view cpp) {
  std::string code(cpp);
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = end_of_opaque(cpp, at);
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') {
        code[i] = ' ';
      }
    }
    at = std::max(end, at + 1);
  }
  return code;
}

bool is_cpp(std::string_view path) {
  return path.ends_with(".cc") || path.ends_with(".h");
}

bool is_header(std::string_view path) {
  return path.ends_with(".h");
}

bool is_build_file(std::string_view path) {
  return path == "BUILD" || path.ends_with("/BUILD");
}

bool is_word_char(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::size_t find_word(std::string_view line, std::string_view word, std::size_t from) {
  for (std::size_t at = line.find(word, from); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool opens = at == 0 || !is_word_char(line[at - 1]);
    const bool closes = end >= line.size() || !is_word_char(line[end]);
    if (opens && closes) {
      return at;
    }
  }
  return std::string_view::npos;
}

bool under(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix);
}

}  // namespace millpond::tidy
