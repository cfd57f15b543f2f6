#include "millpond/policy/toml/syntax_error.h"

#include <algorithm>
#include <string>
#include <utility>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/toml/syntax_rules.h"

namespace millpond::policy::toml {
namespace {

// toml++ says "Error while parsing SCOPE: REASON".
struct Description {
  std::string_view scope;
  std::string_view reason;
};

Description parsed(std::string_view description) {
  constexpr std::string_view kPrefix = "Error while parsing ";
  const std::size_t colon = description.find(": ");
  if (!description.starts_with(kPrefix) || colon == std::string_view::npos) {
    return {{}, description};
  }
  return {description.substr(kPrefix.size(), colon - kPrefix.size()),
          description.substr(colon + 2)};
}

BytePlace place_of(const Span& span, const SourceText& source) {
  const auto byte = source.byte_of({span.line, span.column});
  const bool exists = span.line > 0 && span.line <= source.lines().size();
  const std::size_t end = exists ? source.lines()[span.line - 1].size() : 0;
  return {span.line, byte.value_or(end)};
}

struct Stretch {
  BytePlace at;
  std::size_t bytes;
};

// Where a stretch of the text stands, at least one character of it; a place that is not in the text
// is the file as a whole.
Span span_of(const Stretch& stretch, const std::string& file, const SourceText& source) {
  const std::uint32_t line = stretch.at.line;
  if (line == 0 || line > source.lines().size()) {
    return {.file = file};
  }
  const std::uint32_t first = source.column_of(line, stretch.at.byte);
  const std::uint32_t past = source.column_of(line, stretch.at.byte + stretch.bytes);
  return {.file = file, .line = line, .column = first, .length = std::max(past, first + 1) - first};
}

bool hides(const Span& span, const SourceText& source) {
  return source.hides({span.line, span.column + span.length - 1});
}

}  // namespace

Finding syntax_error(std::string_view description, const Span& span, const SourceText& source) {
  const auto [scope, reason] = parsed(description);
  const BytePlace at = place_of(span, source);
  const Diagnosis diagnosis =
      diagnosis_of({scope, reason, source, at, outline_of(source.lines(), at)});
  Finding finding{.code = code::kSyntax,
                  .span = span_of({diagnosis.at.value_or(at), diagnosis.bytes}, span.file, source),
                  .message = std::string(diagnosis.message),
                  .label = std::string(diagnosis.label),
                  .help = std::string(diagnosis.help)};
  const bool hidden = source.hides({span.line, span.column}) || hides(finding.span, source);
  if (!hidden && !diagnosis.exact.empty()) {
    finding.message = diagnosis.exact;
  }
  if (!hidden && !diagnosis.exact_label.empty()) {
    finding.label = diagnosis.exact_label;
  }
  if (diagnosis.related) {
    finding.related.push_back(
        {.span = span_of({*diagnosis.related, diagnosis.related_bytes}, span.file, source),
         .label = std::string(diagnosis.related_label)});
  }
  source.show_line_of(finding);
  return finding;
}

}  // namespace millpond::policy::toml
