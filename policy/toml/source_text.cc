#include "millpond/policy/toml/source_text.h"

#include <algorithm>
#include <string>

#include "millpond/policy/display.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/toml/secret_lines.h"

namespace millpond::policy::toml {
namespace {

constexpr char kMask[] = "***";
constexpr std::uint32_t kMaskLength = 3;
constexpr std::size_t kLongestShown = 1000;  // bytes; more would fill the reader's terminal

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
    }
    lines.push_back(line);
  }
  return lines;
}

std::uint32_t count_characters(std::string_view text) {
  std::uint32_t count = 0;
  for (; !text.empty(); ++count) {
    text.remove_prefix(first_character(text).bytes);
  }
  return count;
}

}  // namespace

SourceText::SourceText(std::string_view text)
    : lines_(split_lines(text)), hidden_from_(hidden_from(lines_)) {}

void SourceText::show_line_of(Finding& finding) const {
  finding.source_line = shown_line(finding.span);
  // However the key is written: "p\u0061ssword" names a secret, too.
  const auto secret = byte_of({finding.span.line, finding.span.column});
  if (finding.code == code::kLiteralSecret && secret && *secret < finding.source_line.size()) {
    finding.source_line = finding.source_line.substr(0, *secret) + kMask;
    finding.span.length = std::min(finding.span.length, kMaskLength);
  }
  for (RelatedPlace& place : finding.related) {
    place.source_line = shown_line(place.span);
  }
}

std::string SourceText::shown_line(Span& span) const {
  if (span.line == 0 || span.line > lines_.size()) {
    return {};
  }
  const std::string_view line = lines_[span.line - 1];
  if (line.size() > kLongestShown) {
    return {};
  }
  const auto hidden = hidden_from_[span.line - 1];
  if (!hidden) {
    return std::string(line);
  }
  const std::uint32_t first_hidden = column_of(span.line, *hidden);
  if (span.column > first_hidden) {
    return {};
  }
  const std::uint32_t end = first_hidden + kMaskLength;
  span.length = std::min(span.length, end - span.column);
  return std::string(line.substr(0, *hidden)) + kMask;
}

bool SourceText::hides(Position place) const {
  if (place.line == 0 || place.line > lines_.size() || !hidden_from_[place.line - 1]) {
    return false;
  }
  const std::string_view shown = lines_[place.line - 1].substr(0, *hidden_from_[place.line - 1]);
  return place.column > count_characters(shown);
}

std::uint32_t SourceText::column_of(std::uint32_t line, std::size_t byte) const {
  return count_characters(lines_[line - 1].substr(0, byte)) + 1;
}

std::optional<std::size_t> SourceText::byte_of(Position place) const {
  if (place.line == 0 || place.line > lines_.size() || place.column == 0) {
    return std::nullopt;
  }
  const std::string_view line = lines_[place.line - 1];
  std::size_t byte = 0;
  for (std::uint32_t column = 1; column < place.column; ++column) {
    if (byte == line.size()) {
      return std::nullopt;
    }
    byte += first_character(line.substr(byte)).bytes;
  }
  return byte;
}

std::vector<Position> SourceText::positions_of(std::string_view value, Position start) const {
  const auto byte = byte_of(start);
  if (!byte) {
    return {};
  }
  const std::string_view written = lines_[start.line - 1].substr(*byte);
  const bool many_lines = written.starts_with(R"(""")") || written.starts_with("'''");
  const std::uint32_t quotes = many_lines ? 3 : 1;
  Position at{start.line, start.column + quotes};
  std::string_view rest = written.substr(std::min<std::size_t>(quotes, written.size()));
  if (many_lines && rest.empty() && at.line < lines_.size()) {
    rest = lines_[at.line];
    at = {at.line + 1, 1};
  }
  std::vector<Position> positions;
  while (!value.empty()) {
    if (value.front() == '\n' && rest.empty() && many_lines && at.line < lines_.size()) {
      positions.push_back(at);
      rest = lines_[at.line];
      at = {at.line + 1, 1};
      value.remove_prefix(1);
      continue;
    }
    const std::size_t bytes = first_character(value).bytes;
    if (!rest.starts_with(value.substr(0, bytes))) {
      return {};
    }
    positions.insert(positions.end(), bytes, at);
    ++at.column;
    value.remove_prefix(bytes);
    rest.remove_prefix(bytes);
  }
  positions.push_back(at);
  return positions;
}

}  // namespace millpond::policy::toml
