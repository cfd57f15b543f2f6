#include "millpond/policy/toml/syntax_error.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "millpond/policy/finding_codes.h"

namespace millpond::policy::toml {
namespace {

struct Hint {
  std::string_view part;  // of the parser's description
  std::string_view help;
};

// The first that fits is taken.
constexpr std::array kHints{
    Hint{"cannot redefine", "each table and each key may stand once: merge the two"},
    Hint{"parsing string: unescaped control", "close the text with a quote on its own line"},
    Hint{"parsing string: encountered end-of-file", "close the text with a quote"},
    Hint{"unknown escape", "write \\\\ for a backslash, or put the text in single quotes"},
    Hint{"could not determine value type", "texts and durations need quotes: \"2s\""},
    Hint{"parsing decimal integer", "texts and durations need quotes: \"2s\""},
    Hint{"expected value", "a key needs a value: key = \"value\""},
    Hint{"expected '='", "a line is `key = value`"},
    Hint{"parsing key-value pair: encountered end-of-file", "a line is `key = value`"},
    Hint{"parsing table header", "a table starts with a line such as [pool.orders]"},
    Hint{"parsing array", "close the list with `]`"},
    Hint{"utf-8", "save the file as UTF-8"},
    Hint{"expected a comment or whitespace", "one key and one value per line"},
};

std::string_view hint_for(std::string_view description) {
  for (const Hint& hint : kHints) {
    if (description.find(hint.part) != std::string_view::npos) {
      return hint.help;
    }
  }
  return {};
}

std::string message_for(std::string_view description) {
  constexpr std::string_view kPrefix = "Error ";
  if (description.starts_with(kPrefix)) {
    return fmt::format("TOML syntax error {}", description.substr(kPrefix.size()));
  }
  return fmt::format("TOML syntax error: {}", description);
}

}  // namespace

Finding syntax_error(std::string_view description, const Span& span, const SourceText& source) {
  Finding finding{.code = code::kSyntax, .span = span, .help = std::string(hint_for(description))};
  finding.message = source.hides({span.line, span.column})
                        ? "TOML syntax error in a value that may be a secret"
                        : message_for(description);
  source.show_line_of(finding);
  return finding;
}

}  // namespace millpond::policy::toml
