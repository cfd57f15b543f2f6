// The text of a policy file by lines: what of it may be shown, and where a value's bytes stand.
//
// Immutable; safe to read from any thread. Refers to the text it was made of.
//
//   SourceText source(text);
//   source.show_line_of(finding);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/document.h"
#include "millpond/policy/finding.h"

namespace millpond::policy::toml {

class SourceText {
 public:
  explicit SourceText(std::string_view text);

  // Without their line ends.
  const std::vector<std::string_view>& lines() const { return lines_; }

  // Gives the finding, and each place it is related to, the text of its line, with every secret in
  // it replaced by "***"; leaves it without where its caret would stand behind such a secret.
  void show_line_of(Finding& finding) const;

  // True where show_line_of hides this place.
  bool hides(Position place) const;

  // Where each byte of the string that is written at `start` stands, and one more for its end.
  // Empty when `value` is not what is written there (escapes).
  std::vector<Position> positions_of(std::string_view value, Position start) const;

  // Column (in characters) to byte; nothing when there is no such place.
  std::optional<std::size_t> byte_of(Position place) const;

  // Byte to column; the line must exist.
  std::uint32_t column_of(std::uint32_t line, std::size_t byte) const;

 private:
  // The line as it may be shown to mark `span`, which is shortened to what is left of it; empty
  // where nothing may be shown.
  std::string shown_line(Span& span) const;

  std::vector<std::string_view> lines_;
  std::vector<std::optional<std::size_t>> hidden_from_;
};

}  // namespace millpond::policy::toml
