#include "millpond/cli/findings_json.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "millpond/policy/display.h"

namespace millpond::cli {
namespace {

using Json = nlohmann::ordered_json;

// Tabs stay, so that a line keeps its form; JSON writes them as \t.
std::string text_of(std::string_view text) {
  std::string result;
  for (;;) {
    const std::size_t tab = std::min(text.find('\t'), text.size());
    result += policy::printable(text.substr(0, tab));
    if (tab == text.size()) {
      return result;
    }
    result += '\t';
    text.remove_prefix(tab + 1);
  }
}

void add_text(Json& json, const char* name, std::string_view text) {
  if (!text.empty()) {
    json[name] = text_of(text);
  }
}

void add_span(Json& json, const policy::Span& span) {
  json["file"] = text_of(span.file);
  if (span.line != 0) {
    json["line"] = span.line;
    json["column"] = span.column;
    json["length"] = span.length;
  }
}

Json related_json(const policy::RelatedPlace& place) {
  Json json;
  add_span(json, place.span);
  add_text(json, "label", place.label);
  add_text(json, "source_line", place.source_line);
  return json;
}

}  // namespace

Json to_json(const policy::Finding& finding) {
  Json json;
  json["code"] = text_of(finding.code);
  json["severity"] = finding.severity == policy::Severity::kError ? "error" : "warning";
  add_span(json, finding.span);
  json["message"] = text_of(finding.message);
  add_text(json, "label", finding.label);
  add_text(json, "help", finding.help);
  add_text(json, "source_line", finding.source_line);
  for (const policy::RelatedPlace& place : finding.related) {
    json["related"].push_back(related_json(place));
  }
  for (const std::string& note : finding.notes) {
    json["notes"].push_back(text_of(note));
  }
  return json;
}

Json to_json(const policy::Findings& findings) {
  Json json = Json::array();
  for (const policy::Finding& finding : findings) {
    json.push_back(to_json(finding));
  }
  return json;
}

}  // namespace millpond::cli
