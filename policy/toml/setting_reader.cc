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
  if (node.is_array()) {
    return "an array";
  }
  return node.is_table() ? "a table" : "a date or time";
}

}  // namespace

tl::expected<Scalar, TextError> SettingReader::scalar_of(const ::toml::node& node,
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
  const auto* const text = node.as_string();
  if (text == nullptr) {
    return Scalar{.content = Scalar::Other{name_of_other(node)}};
  }
  if (setting.field->kind == Kind::kSecret) {
    return Scalar{.content = text->get()};
  }
  const ::toml::source_position start = node.source().begin;
  setting.positions = input_.source.positions_of(text->get(), {start.line, start.column});
  auto substituted = substitute(text->get(), input_.environment);
  if (!substituted) {
    return tl::unexpected(std::move(substituted.error()));
  }
  setting.positions = moved(setting.positions, substituted->origins);
  return Scalar{.content = std::move(substituted->text), .substituted = substituted->changed};
}

Setting SettingReader::read(const Field& field, const ::toml::key& key, const ::toml::node& node,
                            Findings& findings) const {
  Setting setting{.field = &field,
                  .key = span_of(key.source(), input_.file),
                  .span = span_of(node.source(), input_.file)};
  const auto scalar = scalar_of(node, setting);
  auto value = scalar ? read_value(field, *scalar)
                      : tl::expected<Value, TextError>(tl::unexpected(scalar.error()));
  if (value) {
    setting.value = *std::move(value);
  } else {
    findings.push_back(finding_at(setting, value.error()));
  }
  return setting;
}

}  // namespace millpond::policy::toml
