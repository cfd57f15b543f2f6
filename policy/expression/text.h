// The characters of expressions, and the error for one that does not belong where it stands.
//
// Pure; safe from any thread.
//
//   skip(" \n4", 0, is_space) == 2
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "millpond/policy/text_error.h"

namespace millpond::policy {

bool is_space(char c);
bool is_digit(char c);
bool starts_name(char c);     // of a unit, a variable, a function, an argument
bool continues_name(char c);  // digits and points, too

// The first place from `at` on whose character does not belong; the text's end when all do.
std::size_t skip(std::string_view text, std::size_t at, bool (*belongs)(char));

// "unexpected `x` in the expression" for the first character from `at` on that is no space.
TextError unexpected_at(std::string_view text, std::size_t at, std::string label);

}  // namespace millpond::policy
