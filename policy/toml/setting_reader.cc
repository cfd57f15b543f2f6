#include "millpond/policy/toml/setting_reader.h"

#include <utility>
#include <vector>

#include "millpond/policy/toml/places.h"
#include "millpond/policy/value.h"

namespace millpond::policy::toml {
namespace {

// The places of a text after substitution, from those before it.
std::vector<Position> moved(const std::vector<Position>& positions,
                            const std::vector<std::size_t>& origins) {
  std::vector<Position> result;
  for (const std::size_t origin : origins) {
    if (origin >= positions.size()) {
      return {};
    }
    result.push_back(positions[origin]);
  }
  return result;
}

std::string name_of_other(const ::toml::node& node) {
  return node.is_table() ? "a table" : "a date or time";
}

}  // namespace

// The text with its variables filled in, and where each of its bytes stands.
tl::expected<Substituted, TextError> SettingReader::text_of(const ::toml::value<std::string>& node,
                                                            Place& place) const {
  const ::toml::source_position start = node.source().begin;
  place.positions = input_.source.positions_of(node.get(), {start.line, start.column});
  auto substituted = substitute(node.get(), input_.environment);
  if (substituted) {
    place.positions = moved(place.positions, substituted->origins);
    place.substituted = std::move(substituted->values);
  }
  return substituted;
}

SettingReader::ReadScalar SettingReader::list_of(const ::toml::array& array,
                                                 Setting& setting) const {
  Scalar::Texts texts;
  for (const ::toml::node& node : array) {
    setting.elements.push_back({.span = span_of(node.source(), input_.file)});
    Place& place = setting.elements.back();
    const auto* const text = node.as_string();
    if (text == nullptr) {
      return Scalar{.content = Scalar::Other{"a list that holds something else"}};
    }
    auto substituted = text_of(*text, place);
    if (!substituted) {
      return tl::unexpected(Misread{std::move(substituted.error()), place});
    }
    texts.push_back(std::move(substituted->text));
  }
  return Scalar{.content = std::move(texts)};
}

SettingReader::ReadScalar SettingReader::scalar_of(const ::toml::node& node,
                                                   Setting& setting) const {
  if (const auto* const number = node.as_integer()) {
    return Scalar{.content = number->get()};
  }
  if (const auto* const number = node.as_floating_point()) {
    return Scalar{.content = number->get()};
  }
  if (const auto* const truth = node.as_boolean()) {
    return Scalar{.content = truth->get()};
  }
  if (const auto* const array = node.as_array()) {
    return list_of(*array, setting);
  }
  const auto* const text = node.as_string();
  if (text == nullptr) {
    return Scalar{.content = Scalar::Other{name_of_other(node)}};
  }
  if (setting.field->kind == Kind::kSecret) {
    return Scalar{.content = text->get()};
  }
  auto substituted = text_of(*text, setting.place);
  if (!substituted) {
    return tl::unexpected(Misread{std::move(substituted.error()), setting.place});
  }
  return Scalar{.content = std::move(substituted->text), .substituted = substituted->changed};
}

Setting SettingReader::read(const Field& field, const ::toml::key& key, const ::toml::node& node,
                            Findings& findings) const {
  Setting setting{.field = &field,
                  .key = span_of(key.source(), input_.file),
                  .place = {.span = span_of(node.source(), input_.file)}};
  const auto scalar = scalar_of(node, setting);
  if (!scalar) {
    findings.push_back(finding_at(scalar.error().place, scalar.error().error));
    return setting;
  }
  auto value = read_value(field, *scalar);
  if (value) {
    setting.value = *std::move(value);
  } else {
    findings.push_back(finding_at(setting.place, value.error()));
  }
  return setting;
}

}  // namespace millpond::policy::toml
