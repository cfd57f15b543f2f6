#include "millpond/cli/policy_schema.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "millpond/policy/field_text.h"
#include "millpond/policy/fields.h"

namespace millpond::cli {
namespace {

using nlohmann::ordered_json;
using policy::Field;
using policy::Kind;
using policy::Section;

constexpr char kName[] = "^[A-Za-z0-9_.-]{1,48}$";
constexpr char kSubstitution[] = R"(\$\{env:[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\})";
constexpr char kDuration[] = "^[0-9]+(\\.[0-9]+)?(us|ms|s|m|h|d)$";
constexpr char kShare[] = "^[0-9]+(\\.[0-9]+)?%$";
constexpr char kBytes[] = "^[0-9]+(B|KiB|MiB|GiB)$";
constexpr char kSecret[] = R"(^\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:/[^}]*)\}$)";

ordered_json matching(std::string_view pattern) {
  return {{"type", "string"}, {"pattern", pattern}};
}

ordered_json number_between(const Field& field) {
  return {{"type", "integer"}, {"minimum", field.least}, {"maximum", field.most}};
}

ordered_json list_between(const Field& field) {
  return {{"type", "array"},
          {"items", {{"type", "string"}}},
          {"minItems", field.least},
          {"maxItems", field.most},
          {"uniqueItems", true}};
}

// The forms of the key's kind, aliases and variables left aside.
ordered_json forms_of(const Field& field) {
  switch (field.kind) {
    case Kind::kCount:
      return ordered_json::array({number_between(field)});
    case Kind::kNumber:
      return ordered_json::array(
          {ordered_json{{"type", "number"},
                        {"minimum", static_cast<double>(field.least) / 1000},
                        {"maximum", static_cast<double>(field.most) / 1000}}});
    case Kind::kShare:
      return ordered_json::array({matching(kShare)});
    case Kind::kCountOrShare:
      return ordered_json::array({number_between(field), matching(kShare)});
    case Kind::kDuration:
      return ordered_json::array({matching(kDuration)});
    case Kind::kBytes:
      return ordered_json::array({matching(kBytes)});
    case Kind::kChoice:
      return ordered_json::array({ordered_json{{"enum", field.words}}});
    case Kind::kFormula:
      return ordered_json::array({number_between(field), ordered_json{{"type", "string"}}});
    case Kind::kNames:
    case Kind::kAddresses:
      return ordered_json::array({list_between(field)});
    case Kind::kPath:
      return ordered_json::array({matching("^/")});
    case Kind::kSecret:
      return ordered_json::array({matching(kSecret)});
    default:
      return ordered_json::array({ordered_json{{"type", "string"}}});
  }
}

ordered_json schema_of(const Field& field) {
  ordered_json forms = ordered_json::array();
  for (ordered_json& form : forms_of(field)) {
    forms.push_back(std::move(form));
  }
  for (const policy::Alias& alias : field.aliases) {
    if (!alias.word.empty()) {
      forms.push_back({{"const", alias.word}});
    }
  }
  if (field.kind != Kind::kSecret) {
    forms.push_back(matching(kSubstitution));
  }
  const std::string bounds = policy::bounds_of(field);
  ordered_json schema{
      {"description", fmt::format("{}{}{}", field.doc, bounds.empty() ? "" : "; ", bounds)}};
  if (!field.fallback.empty()) {
    schema["description"] =
        fmt::format("{}. Default: {}", schema["description"].get<std::string>(), field.fallback);
  }
  schema["anyOf"] = std::move(forms);
  return schema;
}

ordered_json closed_object(ordered_json properties) {
  return {
      {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

ordered_json table_of(Section section) {
  ordered_json properties = ordered_json::object();
  for (const Field& field : policy::fields_of(section)) {
    properties[std::string(field.key)] = schema_of(field);
  }
  return closed_object(std::move(properties));
}

// A table beneath several pools: as a pool, but inheriting nothing itself.
ordered_json shared_table() {
  ordered_json table = table_of(Section::kPool);
  table["properties"].erase("inherit");
  return table;
}

ordered_json named(std::string_view definition) {
  return {{"type", "object"},
          {"propertyNames", {{"pattern", kName}}},
          {"additionalProperties", {{"$ref", fmt::format("#/definitions/{}", definition)}}}};
}

ordered_json reference(std::string_view definition) {
  return {{"$ref", fmt::format("#/definitions/{}", definition)}};
}

ordered_json tables() {
  return {{"process", reference("process")}, {"fleet", reference("fleet")},
          {"server", named("server")},       {"defaults", reference("class")},
          {"class", named("class")},         {"pool", named("pool")}};
}

}  // namespace

ordered_json policy_schema() {
  ordered_json properties{{"version", {{"const", 1}, {"description", "of this format"}}}};
  properties.update(tables());
  properties["profile"] = {{"type", "object"},
                           {"propertyNames", {{"pattern", kName}}},
                           {"additionalProperties", closed_object(tables())}};
  ordered_json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                      {"title", "Millpond policy"}};
  schema.update(closed_object(std::move(properties)));
  schema["required"] = {"version"};
  schema["definitions"] = {{"process", table_of(Section::kProcess)},
                           {"fleet", table_of(Section::kFleet)},
                           {"server", table_of(Section::kServer)},
                           {"class", shared_table()},
                           {"pool", table_of(Section::kPool)}};
  return schema;
}

}  // namespace millpond::cli
