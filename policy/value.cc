#include "millpond/policy/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "millpond/policy/byte_size.h"
#include "millpond/policy/display.h"
#include "millpond/policy/duration.h"
#include "millpond/policy/field_text.h"
#include "millpond/policy/finding_codes.h"
#include "millpond/policy/secret_source.h"
#include "millpond/policy/server_address.h"
#include "millpond/policy/suggestion.h"

namespace millpond::policy {
namespace {

using Read = tl::expected<Value, TextError>;

std::string name_of_type(const Scalar& scalar) {
  struct Namer {
    std::string operator()(std::int64_t) const { return "an integer"; }
    std::string operator()(double) const { return "a float"; }
    std::string operator()(bool) const { return "a boolean"; }
    std::string operator()(const std::string&) const { return "a string"; }
    std::string operator()(const Scalar::Texts&) const { return "a list"; }
    std::string operator()(const Scalar::Other& other) const { return other.name; }
  };
  return std::visit(Namer{}, scalar.content);
}

Read wrong_type(const Field& field, const Scalar& scalar, std::string help = {}) {
  return tl::unexpected(TextError{
      .code = code::kWrongType,
      .message = fmt::format("wrong type for `{}`", field.key),
      .label = fmt::format("expected {}, found {}", expected_form(field), name_of_type(scalar)),
      .help = std::move(help)});
}

Read out_of_bounds(const Field& field) {
  return tl::unexpected(TextError{.code = code::kOutOfBounds,
                                  .message = fmt::format("`{}` is out of bounds", field.key),
                                  .label = fmt::format("expected {}", bounds_of(field))});
}

bool within_bounds(const Field& field, std::int64_t number) {
  return field.least <= number && number <= field.most;
}

Read checked_count(const Field& field, std::int64_t count) {
  return within_bounds(field, count) ? Read(count) : out_of_bounds(field);
}

// Digits with an optional sign, as TOML has them; nothing when too long for 64 bits, too.
std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

Read read_count(const Field& field, const Scalar& scalar) {
  if (const auto* const count = std::get_if<std::int64_t>(&scalar.content)) {
    return checked_count(field, *count);
  }
  const auto* const text = std::get_if<std::string>(&scalar.content);
  if (text == nullptr) {
    return wrong_type(field, scalar);
  }
  if (const Alias* const alias = find_alias(field, *text)) {
    return alias->value;
  }
  const auto number = integer_of(*text);
  if (number && scalar.substituted) {
    return checked_count(field, *number);
  }
  return wrong_type(field, scalar,
                    number ? fmt::format("write {} without quotes", *number) : std::string{});
}

Read bad_share(const Field& field, std::string label) {
  return tl::unexpected(TextError{.code = code::kBadShare,
                                  .message = fmt::format("bad share for `{}`", field.key),
                                  .label = std::move(label),
                                  .help = "a share is a number and a percent sign, \"25%\""});
}

Read share_of_text(const Field& field, std::string_view text) {
  if (!text.ends_with('%')) {
    return bad_share(field, "no percent sign at its end");
  }
  text.remove_suffix(1);
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '.';
  });
  double percent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (!plain || error != std::errc{} || end != text.data() + text.size()) {
    return bad_share(field, "no number before the percent sign");
  }
  const auto most = field.kind == Kind::kShare ? static_cast<double>(field.most) : 100.0;
  const bool fits = percent <= most &&
                    (field.kind != Kind::kShare || percent >= static_cast<double>(field.least));
  return fits ? Read(Share{percent / 100}) : out_of_bounds(field);
}

Read read_share(const Field& field, const Scalar& scalar) {
  const auto* const text = std::get_if<std::string>(&scalar.content);
  return text == nullptr ? wrong_type(field, scalar) : share_of_text(field, *text);
}

Read read_count_or_share(const Field& field, const Scalar& scalar) {
  const auto* const text = std::get_if<std::string>(&scalar.content);
  return text != nullptr && !integer_of(*text) ? share_of_text(field, *text)
                                               : read_count(field, scalar);
}

Read read_duration(const Field& field, const Scalar& scalar) {
  const std::string form = fmt::format("a duration is a number and one unit: {}", kDurationUnits);
  const auto* const text = std::get_if<std::string>(&scalar.content);
  if (text == nullptr) {
    return wrong_type(field, scalar, form);
  }
  if (const Alias* const alias = find_alias(field, *text)) {
    return Duration{alias->value};
  }
  const auto duration = parse_duration(*text);
  if (!duration) {
    return tl::unexpected(TextError{.code = code::kBadDuration,
                                    .message = fmt::format("bad duration for `{}`", field.key),
                                    .label = duration.error(),
                                    .help = form});
  }
  const bool means_word = find_alias(field, duration->count()) != nullptr;
  return means_word || within_bounds(field, duration->count()) ? Read(*duration)
                                                               : out_of_bounds(field);
}

Read checked_number(const Field& field, double number) {
  const double thousandths = number * 1000;
  const bool fits = thousandths >= static_cast<double>(field.least) &&
                    thousandths <= static_cast<double>(field.most);
  return fits ? Read(Number{number}) : out_of_bounds(field);
}

Read read_number(const Field& field, const Scalar& scalar) {
  if (const auto* const whole = std::get_if<std::int64_t>(&scalar.content)) {
    return checked_number(field, static_cast<double>(*whole));
  }
  if (const auto* const number = std::get_if<double>(&scalar.content)) {
    return checked_number(field, *number);
  }
  const auto* const text = std::get_if<std::string>(&scalar.content);
  if (text == nullptr) {
    return wrong_type(field, scalar);
  }
  if (const Alias* const alias = find_alias(field, *text)) {
    return Number{static_cast<double>(alias->value)};
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool whole = error == std::errc{} && end == text->data() + text->size();
  if (whole && scalar.substituted) {
    return checked_number(field, number);
  }
  return wrong_type(field, scalar,
                    whole ? fmt::format("write {} without quotes", *text) : std::string{});
}

Read read_bytes(const Field& field, const Scalar& scalar) {
  const std::string form = fmt::format("a size is a number and one unit: {}", kByteUnits);
  const auto* const text = std::get_if<std::string>(&scalar.content);
  if (text == nullptr) {
    return wrong_type(field, scalar, form);
  }
  const auto bytes = parse_bytes(*text);
  if (!bytes) {
    return tl::unexpected(TextError{.code = code::kBadBytes,
                                    .message = fmt::format("bad size for `{}`", field.key),
                                    .label = bytes.error(),
                                    .help = form});
  }
  return checked_count(field, *bytes);
}

Read read_list(const Field& field, const Scalar& scalar) {
  if (const auto* const text = std::get_if<std::string>(&scalar.content)) {
    return wrong_type(field, scalar, fmt::format("write [\"{}\"]", printable(*text)));
  }
  const auto* const texts = std::get_if<Scalar::Texts>(&scalar.content);
  if (texts == nullptr) {
    return wrong_type(field, scalar);
  }
  const bool fits = within_bounds(field, static_cast<std::int64_t>(texts->size()));
  return fits ? Read(*texts) : out_of_bounds(field);
}

Read read_choice(const Field& field, const Scalar& scalar) {
  const auto* const text = std::get_if<std::string>(&scalar.content);
  if (text == nullptr) {
    return wrong_type(field, scalar);
  }
  const auto found = std::find(field.words.begin(), field.words.end(), *text);
  if (found != field.words.end()) {
    return Choice{static_cast<std::size_t>(found - field.words.begin())};
  }
  return tl::unexpected(
      TextError{.code = code::kUnknownWord,
                .message = fmt::format("unknown value for `{}`", field.key),
                .label = did_you_mean(*text, {field.words.begin(), field.words.end()}),
                .help = fmt::format("`{}` is {}", field.key, expected_form(field))});
}

Read bad_text(const Field& field, std::string label) {
  return tl::unexpected(TextError{.code = code::kBadText,
                                  .message = fmt::format("bad text for `{}`", field.key),
                                  .label = std::move(label)});
}

Read read_text(const Field& field, const Scalar& scalar) {
  const auto* const text = std::get_if<std::string>(&scalar.content);
  if (text == nullptr) {
    return wrong_type(field, scalar);
  }
  if (text->empty() && field.kind == Kind::kText) {
    return bad_text(field, "is empty");
  }
  return printable(*text) == *text ? Read(*text) : bad_text(field, "holds a control character");
}

Read read_path(const Field& field, const Scalar& scalar) {
  auto text = read_text(field, scalar);
  const auto* const path = text ? std::get_if<std::string>(&*text) : nullptr;
  if (path == nullptr || path->starts_with('/') || find_alias(field, *path) != nullptr) {
    return text;
  }
  return bad_text(field, fmt::format("expected {}", expected_form(field)));
}

Read read_listen_address(const Field& field, const Scalar& scalar) {
  auto text = read_text(field, scalar);
  const auto* const address = text ? std::get_if<std::string>(&*text) : nullptr;
  if (address == nullptr || find_alias(field, *address) != nullptr) {
    return text;
  }
  const auto parsed = parse_server_address(*address, Backend::kRedis);
  if (parsed && parsed->path.empty() && address->ends_with(fmt::format(":{}", parsed->port))) {
    return text;
  }
  return tl::unexpected(TextError{.code = code::kBadAddress,
                                  .message = fmt::format("bad address for `{}`", field.key),
                                  .label = fmt::format("expected {}", expected_form(field))});
}

Read read_formula(const Field& field, const Scalar& scalar) {
  if (const auto* const count = std::get_if<std::int64_t>(&scalar.content)) {
    return within_bounds(field, *count) ? Read(Formula{fmt::format("{}", *count)})
                                        : out_of_bounds(field);
  }
  const auto* const text = std::get_if<std::string>(&scalar.content);
  if (text == nullptr) {
    return wrong_type(field, scalar);
  }
  const auto count = integer_of(*text);
  return count && !within_bounds(field, *count) ? out_of_bounds(field) : Read(Formula{*text});
}

Read read_secret(const Field& field, const Scalar& scalar) {
  const auto* const text = std::get_if<std::string>(&scalar.content);
  auto source = parse_secret_source(text == nullptr ? std::string{} : *text);
  if (source) {
    return *std::move(source);
  }
  return tl::unexpected(TextError{
      .code = code::kLiteralSecret,
      .message = fmt::format("literal secret in `{}`", field.key),
      .label = source.error(),
      .help =
          fmt::format("write {0} = \"${{env:NAME}}\" or {0} = \"${{file:/path}}\"", field.key)});
}

}  // namespace

Read read_value(const Field& field, const Scalar& scalar) {
  switch (field.kind) {
    case Kind::kCount:
      return read_count(field, scalar);
    case Kind::kShare:
      return read_share(field, scalar);
    case Kind::kCountOrShare:
      return read_count_or_share(field, scalar);
    case Kind::kNumber:
      return read_number(field, scalar);
    case Kind::kDuration:
      return read_duration(field, scalar);
    case Kind::kBytes:
      return read_bytes(field, scalar);
    case Kind::kChoice:
      return read_choice(field, scalar);
    case Kind::kFormula:
      return read_formula(field, scalar);
    case Kind::kSecret:
      return read_secret(field, scalar);
    case Kind::kNames:
    case Kind::kAddresses:
      return read_list(field, scalar);
    case Kind::kPath:
      return read_path(field, scalar);
    case Kind::kListenAddress:
      return read_listen_address(field, scalar);
    case Kind::kText:
    case Kind::kName:
    case Kind::kAddress:
      break;
  }
  return read_text(field, scalar);
}

Value default_value(const Field& field, Backend backend) {
  const std::string text(fallback_of(field, backend));
  return read_value(field, {.content = text, .substituted = true}).value();
}

}  // namespace millpond::policy
