#include "millpond/policy/finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

#include "millpond/policy/display.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kTabStop = 4;

// SGR parameters, as rustc has them.
constexpr std::string_view kRed = "1;31";
constexpr std::string_view kYellow = "1;33";
constexpr std::string_view kBlue = "1;34";
constexpr std::string_view kBold = "1";

// A place in a line and what is said about it.
struct Mark {
  const Span* span;
  std::string_view label;
  std::string_view source_line;
  char underline;  // '^' where the problem is, '-' where it has to do with
};

// Places of one file whose lines touch; the first one's is where the arrow points.
using Block = std::vector<Mark>;

// A line as shown, and the cells at which the marked part starts and ends.
struct Snippet {
  std::string text;
  std::size_t start = 0;
  std::size_t end = 0;
};

Snippet snippet_of(const Mark& mark) {
  Snippet snippet;
  const std::size_t first = std::max<std::size_t>(mark.span->column, 1);
  const std::size_t past = first + std::max<std::size_t>(mark.span->length, 1);
  std::string_view rest = mark.source_line;
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

bool has_snippet(const Mark& mark) {
  return mark.span->line != 0 && !mark.source_line.empty();
}

bool touches(const Block& block, const Mark& mark) {
  const auto near = [&mark](const Mark& other) {
    const std::uint32_t a = other.span->line;
    const std::uint32_t b = mark.span->line;
    return other.span->file == mark.span->file && std::max(a, b) - std::min(a, b) <= 1;
  };
  return has_snippet(mark) && has_snippet(block.front()) &&
         std::any_of(block.begin(), block.end(), near);
}

std::vector<Block> blocks_of(const Finding& finding) {
  std::vector<Block> blocks{{{&finding.span, finding.label, finding.source_line, '^'}}};
  for (const RelatedPlace& place : finding.related) {
    const Mark mark{&place.span, place.label, place.source_line, '-'};
    const auto block = std::find_if(blocks.begin(), blocks.end(),
                                    [&mark](const Block& old) { return touches(old, mark); });
    if (block == blocks.end()) {
      blocks.push_back({mark});
    } else {
      block->push_back(mark);
    }
  }
  return blocks;
}

std::size_t gutter_of(const Finding& finding) {
  std::uint32_t widest = finding.span.line;
  for (const RelatedPlace& place : finding.related) {
    widest = std::max(widest, place.span.line);
  }
  return std::max<std::size_t>(fmt::formatted_size("{}", widest), 2);
}

// Puts one finding together, line by line.
class Renderer {
 public:
  Renderer(const Finding& finding, Colour colour)
      : finding_(finding), colour_(colour), gutter_(gutter_of(finding)) {}

  std::string render() {
    headline();
    const std::vector<Block> blocks = blocks_of(finding_);
    for (const Block& block : blocks) {
      places(block, &block == &blocks.front() ? "-->" : ":::");
    }
    for (const std::string& note : finding_.notes) {
      remark(printable(note));
    }
    if (!finding_.help.empty()) {
      remark(painted(kBold, "help") + ": " + printable(finding_.help));
    }
    return std::move(text_);
  }

 private:
  std::string painted(std::string_view style, std::string_view text) const {
    return colour_ == Colour::kNever || text.empty()
               ? std::string(text)
               : fmt::format("\x1b[{}m{}\x1b[0m", style, text);
  }

  std::string_view alarm() const { return finding_.severity == Severity::kError ? kRed : kYellow; }

  void headline() {
    const std::string_view severity = finding_.severity == Severity::kError ? "error" : "warning";
    text_ += painted(alarm(), fmt::format("{}[{}]", severity, printable(finding_.code)));
    text_ += painted(kBold, ": " + printable(finding_.message)) + "\n";
  }

  void remark(std::string_view text) {
    text_ += fmt::format("{:{}} {} {}\n", "", gutter_, painted(kBlue, "="), text);
  }

  void places(Block block, std::string_view arrow) {
    const Mark first = block.front();
    text_ += fmt::format("{:{}}{} {}", "", gutter_, painted(kBlue, arrow), place_of(*first.span));
    if (has_snippet(first)) {
      text_ += "\n";
      snippets(std::move(block));
      return;
    }
    const std::string label = printable(first.label);
    if (first.underline == '-') {
      text_ += label.empty() ? "\n" : ": " + label + "\n";
      return;
    }
    text_ += "\n";
    if (!label.empty()) {
      remark(label);
    }
  }

  void snippets(Block block) {
    std::stable_sort(block.begin(), block.end(),
                     [](const Mark& a, const Mark& b) { return a.span->line < b.span->line; });
    text_ += fmt::format("{:{}} {}\n", "", gutter_, painted(kBlue, "|"));
    std::uint32_t shown = 0;
    for (const Mark& mark : block) {
      const Snippet snippet = snippet_of(mark);
      if (mark.span->line != shown) {
        const std::string number = fmt::format("{:>{}} |", mark.span->line, gutter_);
        text_ += fmt::format("{} {}\n", painted(kBlue, number), snippet.text);
        shown = mark.span->line;
      }
      underline(mark, snippet);
    }
  }

  void underline(const Mark& mark, const Snippet& snippet) {
    const std::string_view style = mark.underline == '^' ? alarm() : kBlue;
    std::string marked(snippet.end - snippet.start, mark.underline);
    marked += mark.label.empty() ? "" : " " + printable(mark.label);
    text_ += fmt::format("{:{}} {} {:{}}{}\n", "", gutter_, painted(kBlue, "|"), "", snippet.start,
                         painted(style, marked));
  }

  const Finding& finding_;
  Colour colour_;
  std::size_t gutter_;
  std::string text_;
};

auto content_of(const RelatedPlace& place) {
  return std::tie(place.span.line, place.span.column, place.span.length, place.label);
}

auto content_of(const Finding& finding) {
  return std::tie(finding.span.line, finding.span.column, finding.span.length, finding.code,
                  finding.severity, finding.message, finding.label, finding.help, finding.notes);
}

// Any order by content, under which equal findings are neighbours.
bool precedes(const Finding& a, const Finding& b) {
  if (content_of(a) != content_of(b)) {
    return content_of(a) < content_of(b);
  }
  return std::lexicographical_compare(a.related.begin(), a.related.end(), b.related.begin(),
                                      b.related.end(),
                                      [](const RelatedPlace& one, const RelatedPlace& other) {
                                        return content_of(one) < content_of(other);
                                      });
}

}  // namespace

bool has_errors(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::kError; });
}

void sort_by_place(Findings& findings) {
  std::vector<std::size_t> kept(findings.size());
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  // Equal ones side by side, the first of them first.
  std::stable_sort(kept.begin(), kept.end(), [&](std::size_t a, std::size_t b) {
    return precedes(findings[a], findings[b]);
  });
  kept.erase(std::unique(kept.begin(), kept.end(),
                         [&](std::size_t a, std::size_t b) { return findings[a] == findings[b]; }),
             kept.end());
  // As they were found where the place is the same.
  const auto place = [&](std::size_t index) {
    const Span& span = findings[index].span;
    return std::tuple(span.line, span.column, index);
  };
  std::sort(kept.begin(), kept.end(),
            [place](std::size_t a, std::size_t b) { return place(a) < place(b); });
  Findings sorted;
  sorted.reserve(kept.size());
  for (const std::size_t index : kept) {
    sorted.push_back(std::move(findings[index]));
  }
  findings = std::move(sorted);
}

std::string render(const Finding& finding, Colour colour) {
  return Renderer(finding, colour).render();
}

std::string render(const Findings& findings, Colour colour) {
  std::string text;
  for (const Finding& finding : findings) {
    text += text.empty() ? "" : "\n";
    text += render(finding, colour);
  }
  return text;
}

}  // namespace millpond::policy
