#include "millpond/policy/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <tuple>

#include "millpond/policy/display.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kTabStop = 4;

// A line as shown, and the cells at which the marked part starts and ends.
struct Snippet {
  std::string text;
  std::size_t start = 0;
  std::size_t end = 0;
};

Snippet snippet_of(const Finding& finding) {
  Snippet snippet;
  const std::size_t first = std::max<std::size_t>(finding.span.column, 1);
  const std::size_t past = first + std::max<std::size_t>(finding.span.length, 1);
  std::string_view rest = finding.source_line;
  std::size_t column = 1;
  std::size_t cell = 0;
  for (; !rest.empty(); ++column) {
    snippet.start = column == first ? cell : snippet.start;
    snippet.end = column == past ? cell : snippet.end;
    const Character character = first_character(rest);
    const bool tab = character.code == U'\t';
    const std::string shown = tab ? std::string(kTabStop - cell % kTabStop, ' ')
                                  : printable(rest.substr(0, character.bytes));
    snippet.text += shown;
    cell += display_width(shown);
    rest.remove_prefix(character.bytes);
  }
  // A place behind the end of the line: where something is missing.
  snippet.start = first >= column ? cell + (first - column) : snippet.start;
  snippet.end = past >= column ? std::max(cell, snippet.start + 1) : snippet.end;
  snippet.end = std::max(snippet.end, snippet.start + 1);
  return snippet;
}

std::string place_of(const Span& span) {
  const std::string file = printable(span.file);
  return span.line == 0 ? file : fmt::format("{}:{}:{}", file, span.line, span.column);
}

std::string render_snippet(const Finding& finding, std::size_t gutter) {
  const Snippet snippet = snippet_of(finding);
  const std::string label = finding.label.empty() ? "" : " " + printable(finding.label);
  return fmt::format("{0:{1}} |\n{2:>{1}} | {3}\n{0:{1}} | {0:{4}}{5}{6}\n", "", gutter,
                     finding.span.line, snippet.text, snippet.start,
                     std::string(snippet.end - snippet.start, '^'), label);
}

}  // namespace

bool has_errors(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::kError; });
}

void sort_by_place(Findings& findings) {
  const auto place = [](const Finding& finding) {
    return std::tie(finding.span.line, finding.span.column);
  };
  std::stable_sort(findings.begin(), findings.end(),
                   [place](const Finding& a, const Finding& b) { return place(a) < place(b); });
  Findings distinct;
  for (const Finding& finding : findings) {
    const auto run_end =
        std::find_if(distinct.rbegin(), distinct.rend(),
                     [&](const Finding& earlier) { return earlier.span != finding.span; });
    if (std::find(distinct.rbegin(), run_end, finding) == run_end) {
      distinct.push_back(finding);
    }
  }
  findings = std::move(distinct);
}

std::string render(const Finding& finding) {
  const bool in_a_line = finding.span.line != 0 && !finding.source_line.empty();
  const std::size_t gutter = std::max<std::size_t>(fmt::formatted_size("{}", finding.span.line), 2);
  std::string text = fmt::format(
      "{}[{}]: {}\n{:{}}--> {}\n", finding.severity == Severity::kError ? "error" : "warning",
      finding.code, printable(finding.message), "", gutter, place_of(finding.span));
  if (in_a_line) {
    text += render_snippet(finding, gutter);
  } else if (!finding.label.empty()) {
    text += fmt::format("{:{}} = {}\n", "", gutter, printable(finding.label));
  }
  if (!finding.help.empty()) {
    text += fmt::format("{:{}} = help: {}\n", "", gutter, printable(finding.help));
  }
  return text;
}

std::string render(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += text.empty() ? "" : "\n";
    text += render(finding);
  }
  return text;
}

}  // namespace millpond::policy
