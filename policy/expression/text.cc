#include "millpond/policy/expression/text.h"

#include <fmt/format.h>

#include <utility>

#include "millpond/policy/display.h"
#include "millpond/policy/finding_codes.h"

namespace millpond::policy {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continues_name(char c) {
  return starts_name(c) || is_digit(c) || c == '.';
}

std::size_t skip(std::string_view text, std::size_t at, bool (*belongs)(char)) {
  while (at < text.size() && belongs(text[at])) {
    ++at;
  }
  return at;
}

TextError unexpected_at(std::string_view text, std::size_t at, std::string label) {
  const std::size_t place = skip(text, at, is_space);
  TextError error{.code = code::kExpressionSyntax,
                  .message = "the expression ends too early",
                  .label = std::move(label),
                  .offset = place,
                  .length = 1};
  if (place < text.size()) {
    error.length = first_character(text.substr(place)).bytes;
    error.message =
        fmt::format("unexpected `{}` in the expression", text.substr(place, error.length));
  }
  return error;
}

}  // namespace millpond::policy
