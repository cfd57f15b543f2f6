// Where the tables and keys of a policy file stand, and what is still open at a place: for saying
// of a broken file more than its parser does.
//
// Pure; safe from any thread. Linear in the text. Exact where the text is TOML up to that place.
//
//   outline_of({"[pool.a]", "size = [1"}, {2, 9}).open_lists  // one, at line 2, byte 7
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millpond::policy::toml {

// Lines count from 1, bytes of a line from 0.
struct BytePlace {
  std::uint32_t line = 0;
  std::size_t byte = 0;

  bool operator==(const BytePlace&) const = default;
  bool operator<(const BytePlace& other) const {
    return line != other.line ? line < other.line : byte < other.byte;
  }
};

// A header or a key, whose path begins with that of the header above it.
struct Definition {
  std::vector<std::string> path{};
  BytePlace at{};
  std::size_t bytes = 0;
  std::size_t table = 0;  // how many headers stand above; for a header, itself included
  bool is_header = false;
};

// What was opened, by the mark that opened it: [ { " ' """ '''.
struct Opening {
  BytePlace at{};
  std::string_view mark{};
};

struct Outline {
  std::vector<Definition> definitions{};  // in file order; the last one may contain the place
  std::optional<BytePlace> value{};       // where the value that the place is in or behind begins
  std::optional<Opening> open_text{};
  std::vector<Opening> open_lists{};
};

// Of what stands before `until`.
Outline outline_of(const std::vector<std::string_view>& lines, BytePlace until);

}  // namespace millpond::policy::toml
