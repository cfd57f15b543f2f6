#include "millpond/policy/toml/loader.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/layers.h"
#include "millpond/policy/resolve.h"
#include "millpond/policy/toml/dotted_names.h"
#include "millpond/policy/toml/places.h"
#include "millpond/policy/toml/reader.h"
#include "millpond/policy/toml/source_text.h"
#include "millpond/policy/toml/syntax_error.h"
#include "millpond/policy/validate.h"

namespace millpond::policy::toml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void append(Findings& findings, Findings more) {
  findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

// toml++ would run out of stack.
Finding refuse_name(std::string_view text, std::size_t at, const std::string& name,
                    const SourceText& source) {
  const std::string_view before = text.substr(0, at);
  const auto line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n') + 1);
  const std::size_t line_start = before.rfind('\n') + 1;
  Finding finding{.code = code::kSyntax,
                  .span = {.file = name, .line = line},
                  .message = "a name has too many parts",
                  .label = fmt::format("at most {}", kMostParts),
                  .help = "a table is [pool.orders], a key is `size = 10`"};
  finding.span.column = source.column_of(line, at - line_start);
  source.show_line_of(finding);
  return finding;
}

tl::expected<::toml::table, Finding> parse(std::string_view text, const std::string& name,
                                           const SourceText& source) {
  if (const auto overlong = overlong_name(text)) {
    return tl::unexpected(refuse_name(text, *overlong, name, source));
  }
  try {
    return ::toml::parse(text, std::string_view(name));
  } catch (const ::toml::parse_error& error) {
    return tl::unexpected(syntax_error(error.description(), span_of(error.source(), name), source));
  }
}

// A file with everything that was made of it. The layers refer to the document.
struct Loaded {
  Document document;
  LayeredPolicy layers;
  PolicySet set;
};

tl::expected<std::unique_ptr<Loaded>, Findings> load_whole(const Source& source,
                                                           const Context& context) {
  std::string_view text = source.text;
  text.remove_prefix(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  const SourceText lines(text);
  const auto root = parse(text, source.name, lines);
  if (!root) {
    return tl::unexpected(Findings{root.error()});
  }
  auto loaded = std::make_unique<Loaded>();
  auto [document, findings] =
      read_document(*root, {source.name, lines, context.environment, context.profile});
  loaded->document = std::move(document);
  auto layering = lay(loaded->document, context.profile);
  append(findings, std::move(layering.findings));
  loaded->layers = std::move(layering.policy);
  auto resolution = resolve(loaded->layers, context.host);
  append(findings, std::move(resolution.findings));
  append(findings, validate(loaded->layers, resolution.set));
  loaded->set = std::move(resolution.set);
  // For what is found of a secret later, when the text is gone.
  for (ServerPolicy& server : loaded->set.servers) {
    Finding shown{.span = server.password.span};
    lines.show_line_of(shown);
    server.password.source_line = std::move(shown.source_line);
  }
  sort_by_place(findings);
  for (Finding& finding : findings) {
    lines.show_line_of(finding);
  }
  if (has_errors(findings)) {
    return tl::unexpected(std::move(findings));
  }
  loaded->set.warnings = std::move(findings);
  return loaded;
}

}  // namespace

tl::expected<PolicySet, Findings> load(const Source& source, const Context& context) {
  auto loaded = load_whole(source, context);
  if (!loaded) {
    return tl::unexpected(std::move(loaded.error()));
  }
  return std::move((*loaded)->set);
}

tl::expected<Explained, Findings> load_explained(const Source& source, const Context& context) {
  auto loaded = load_whole(source, context);
  if (!loaded) {
    return tl::unexpected(std::move(loaded.error()));
  }
  Explanation explanation = explain((*loaded)->layers, (*loaded)->set);
  return Explained{std::move((*loaded)->set), std::move(explanation)};
}

}  // namespace millpond::policy::toml
