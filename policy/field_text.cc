#include "millpond/policy/field_text.h"

#include <fmt/format.h>

#include "millpond/policy/byte_size.h"
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

std::string form_of(const Field& field) {
  switch (field.kind) {
    case Kind::kCount:
      return "an integer";
    case Kind::kNumber:
      return "a number";
    case Kind::kShare:
      return "a share such as \"25%\"";
    case Kind::kCountOrShare:
      return "an integer or a share such as \"50%\"";
    case Kind::kDuration:
      return "a duration such as \"2s\"";
    case Kind::kBytes:
      return "a size such as \"64KiB\"";
    case Kind::kChoice:
      return quoted_words(field);
    case Kind::kName:
      return "a name in quotes";
    case Kind::kNames:
      return "a list of names such as [\"oltp\"]";
    case Kind::kFormula:
      return "an integer or a formula in quotes";
    case Kind::kAddress:
      return "an address such as \"db1.internal:5432/orders\"";
    case Kind::kAddresses:
      return "a list of addresses such as [\"db1.internal/orders\", \"db2.internal/orders\"]";
    case Kind::kListenAddress:
      return "an address such as \"127.0.0.1:9464\"";
    case Kind::kPath:
      return "an absolute path";
    case Kind::kSecret:
      return "\"${env:NAME}\" or \"${file:/path}\"";
    case Kind::kText:
      break;
  }
  return "a text in quotes";
}

}  // namespace

std::string expected_form(const Field& field) {
  std::string text = form_of(field);
  for (const Alias& alias : field.aliases) {
    text += alias.word.empty() ? "" : fmt::format(" or \"{}\"", alias.word);
  }
  return text;
}

std::string bounds_of(const Field& field) {
  switch (field.kind) {
    case Kind::kDuration:
      return fmt::format("{} to {}", to_text(Duration{field.least}), to_text(Duration{field.most}));
    case Kind::kShare:
      return fmt::format("{}% to {}%", field.least, field.most);
    case Kind::kBytes:
      return fmt::format("{} to {}", bytes_text(field.least), bytes_text(field.most));
    case Kind::kNumber:
      return fmt::format("{} to {} {}", static_cast<double>(field.least) / 1000,
                         static_cast<double>(field.most) / 1000, field.unit);
    case Kind::kCount:
    case Kind::kFormula:
    case Kind::kNames:
    case Kind::kAddresses:
      return fmt::format("{} to {}{}{}", field.least, field.most, field.unit.empty() ? "" : " ",
                         field.unit);
    case Kind::kCountOrShare:
      return fmt::format("{} to {} {}, 0% to 100%", field.least, field.most, field.unit);
    default:
      return {};
  }
}

}  // namespace millpond::policy
