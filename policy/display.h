// How wide text is on a terminal, and text made safe to print there.
//
// Pure functions; safe from any thread.
//
//   display_width("żółw") == 4;  printable("a\x1b[2J") == "a\uFFFD[2J"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace millpond::policy {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
};

// The first character of `text`, which must not be empty. A byte that is no UTF-8 counts as one
// character, U+FFFD.
Character first_character(std::string_view text);

// Terminal cells of one character: 0 for combining marks, 2 for East Asian wide ones and emoji.
std::size_t display_width(char32_t code);
std::size_t display_width(std::string_view text);

// True for what a terminal would obey instead of show.
bool is_control(char32_t code);

// `text` with every control character and every byte that is no UTF-8 replaced by U+FFFD, so that
// a file or a variable cannot drive the reader's terminal.
std::string printable(std::string_view text);

}  // namespace millpond::policy
