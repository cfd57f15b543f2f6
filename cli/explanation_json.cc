#include "millpond/cli/explanation_json.h"

#include <array>
#include <string_view>

namespace millpond::cli {
namespace {

using nlohmann::ordered_json;

std::string_view name_of(policy::Change change) {
  constexpr std::array<std::string_view, 3> kNames{"live", "reconnect", "restart"};
  return kNames[static_cast<std::size_t>(change)];
}

// Members of the object it is put into.
void put_origin(ordered_json& object, const policy::Origin& origin) {
  object["layer"] = origin.layer;
  if (origin.span.line != 0) {
    object["file"] = origin.span.file;
    object["line"] = origin.span.line;
    object["column"] = origin.span.column;
  }
  if (!origin.stated.empty()) {
    object["stated"] = origin.stated;
  }
}

template <class Range>
ordered_json array_of(const Range& range) {
  ordered_json array = ordered_json::array();
  for (const auto& each : range) {
    array.push_back(to_json(each));
  }
  return array;
}

}  // namespace

ordered_json to_json(const policy::ExplainedKey& key) {
  ordered_json object{{"key", key.field->key}, {"value", key.value}};
  put_origin(object, key.origin);
  if (!key.how.empty()) {
    object["how"] = key.how;
  }
  object["over"] = ordered_json::array();
  for (const policy::Origin& origin : key.beneath) {
    ordered_json beneath = ordered_json::object();
    put_origin(beneath, origin);
    object["over"].push_back(std::move(beneath));
  }
  object["effect"] = key.field->effect == policy::Effect::kNow ? "now" : "later";
  object["change"] = name_of(key.field->change);
  return object;
}

ordered_json to_json(const policy::ExplainedTable& table) {
  ordered_json object{{"name", table.name}};
  if (!table.backend.empty()) {
    object["backend"] = table.backend;
  }
  object["keys"] = array_of(table.keys);
  return object;
}

ordered_json to_json(const policy::Explanation& explanation) {
  ordered_json object{{"file", explanation.file}};
  if (!explanation.profile.empty()) {
    object["profile"] = explanation.profile;
  }
  object["tables"] = array_of(explanation.tables);
  return object;
}

}  // namespace millpond::cli
