#include "millpond/policy/field_text.h"

#include <fmt/format.h>

#include "millpond/policy/duration.h"

namespace millpond::policy {
namespace {

std::string quoted_words(const Field& field) {
  std::string text;
  for (std::size_t i = 0; i < field.words.size(); ++i) {
    text += i == 0 ? "" : i + 1 == field.words.size() ? " or " : ", ";
    text += fmt::format("\"{}\"", field.words[i]);
  }
  return text;
}

std::string or_word(const Field& field) {
  return field.word.empty() ? "" : fmt::format(" or \"{}\"", field.word);
}

}  // namespace

std::string expected_form(const Field& field) {
  switch (field.kind) {
    case Kind::kCount:
      return "an integer" + or_word(field);
    case Kind::kShare:
      return "a share such as \"25%\"";
    case Kind::kCountOrShare:
      return "an integer or a share such as \"50%\"";
    case Kind::kDuration:
      return "a duration such as \"2s\"" + or_word(field);
    case Kind::kChoice:
      return quoted_words(field);
    case Kind::kName:
      return "a name in quotes";
    case Kind::kFormula:
      return "an integer or a formula in quotes";
    case Kind::kAddress:
      return "an address such as \"db1.internal:5432/orders\"";
    case Kind::kSecret:
      return "\"${env:NAME}\" or \"${file:/path}\"";
    case Kind::kText:
      break;
  }
  return "a text in quotes";
}

std::string bounds_of(const Field& field) {
  switch (field.kind) {
    case Kind::kDuration:
      return fmt::format("{} to {}", to_text(Duration{field.least}), to_text(Duration{field.most}));
    case Kind::kShare:
      return fmt::format("{}% to {}%", field.least, field.most);
    case Kind::kCount:
    case Kind::kFormula:
      return fmt::format("{} to {} {}", field.least, field.most, field.unit);
    case Kind::kCountOrShare:
      return fmt::format("{} to {} {}, 0% to 100%", field.least, field.most, field.unit);
    default:
      return {};
  }
}

}  // namespace millpond::policy
