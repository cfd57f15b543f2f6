// Values, lists, and what stands behind a value.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "millpond/policy/toml/syntax_rules.h"

namespace millpond::policy::toml {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kQuotesHelp =
    "texts, durations, shares and formulas stand in quotes; integers and lists do not";
constexpr std::size_t kLongestSuggestion = 60;

constexpr std::array<std::string_view, 10> kScopes{
    "value", "boolean", "decimal integer", "hexadecimal integer", "octal integer", "binary integer",
    "date",  "time",    "date-time",       "date-time offset"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Digits with at most one point, and an exponent.
bool is_number(std::string_view text) {
  const std::size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  text.remove_prefix(sign);
  const bool begins = !text.empty() && (is_digit(text.front()) || text.front() == '.');
  if (!begins || std::count(text.begin(), text.end(), '.') > 1) {
    return false;
  }
  const std::size_t exponent = std::min(text.find_first_of("eE"), text.size());
  std::string_view power = text.substr(exponent);
  power.remove_prefix(std::min(power.find_first_not_of("eE+-"), power.size()));
  return text.substr(0, exponent).find_first_not_of("0123456789._") == std::string_view::npos &&
         power.find_first_not_of("0123456789_") == std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kBlanks);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// A value as it is written, and where.
struct Written {
  BytePlace at;
  std::string_view text;
};

// The value that the parser gave up in, up to what ends it.
Written value_around(const Broken& broken) {
  const bool in_list = !broken.outline.open_lists.empty();
  const std::string_view ends = in_list ? ",]}#" : "#";
  const std::string_view starts = in_list ? "[{,= \t" : "=";
  std::size_t start = 0;
  if (!in_list && broken.outline.value && broken.outline.value->line == broken.at.line) {
    start = broken.outline.value->byte;
  } else {
    const std::size_t last = broken.before().find_last_of(starts);
    start = last == std::string_view::npos ? 0 : last + 1;
  }
  const std::string_view rest = broken.line().substr(std::min(start, broken.line().size()));
  const std::size_t end = rest.find_first_of(ends);
  return {{broken.at.line, start}, without_blanks(rest.substr(0, end))};
}

Diagnosis needs_quotes(const Written& value) {
  Diagnosis diagnosis{.message = "this value needs quotes",
                      .label = "write it in quotes",
                      .help = kQuotesHelp,
                      .at = value.at,
                      .bytes = std::max<std::size_t>(value.text.size(), 1)};
  const bool plain = value.text.find_first_of("\"'\\") == std::string_view::npos;
  if (plain && !value.text.empty() && value.text.size() <= kLongestSuggestion) {
    diagnosis.exact = fmt::format("`{}` needs quotes", value.text);
    diagnosis.exact_label = fmt::format("write `\"{}\"`", value.text);
  }
  return diagnosis;
}

Diagnosis bad_number(const Broken& broken, const Written& value) {
  Diagnosis diagnosis{.message = "this number cannot be read",
                      .at = value.at,
                      .bytes = std::max<std::size_t>(value.text.size(), 1)};
  const auto says = [&broken](std::string_view part) {
    return broken.reason.find(part) != std::string_view::npos;
  };
  if (says("representable") || says("length limit") || says("could not be interpreted")) {
    diagnosis.message = "this number is too large";
  } else if (says("leading zero")) {
    diagnosis.message = "a number has no leading zeros";
  } else if (says("underscores")) {
    diagnosis.message = "in a number, `_` stands only between two digits";
  } else if (value.text.starts_with('.') || value.text.ends_with('.')) {
    diagnosis.message = "a number has digits on both sides of its point";
  }
  return diagnosis;
}

Diagnosis no_value(const Broken& broken) {
  const std::size_t equals = broken.before().rfind('=');
  const std::size_t behind = equals == std::string_view::npos ? broken.at.byte : equals + 1;
  return {.message = "a value is missing behind `=`",
          .label = "write it here",
          .at = BytePlace{broken.at.line, behind}};
}

Diagnosis unclosed_list(const Broken& broken, const Opening& list) {
  Diagnosis diagnosis{.message = "the list is not closed",
                      .label = "opened here",
                      .help = "end it with `]`",
                      .at = list.at};
  if (list.mark == "{") {
    diagnosis.message = "the table in braces is not closed on its line";
    diagnosis.help = "end it with `}` on the same line, or make it a [table] of its own";
    return diagnosis;
  }
  if (!broken.rest().empty()) {
    diagnosis.related = broken.at;
    diagnosis.related_label = "`]` is missing before this";
  }
  return diagnosis;
}

Diagnosis stray_mark(const Broken& broken) {
  const std::string_view rest = broken.rest().substr(1);
  const bool between_digits = !broken.before().empty() && is_digit(broken.before().back()) &&
                              !rest.empty() && is_digit(rest.front());
  if (broken.seen() == U',' && between_digits) {
    return {.message = "a number has no `,` in it", .label = "remove it"};
  }
  return {.message = "a line ends without `,` or `;`", .label = "remove it"};
}

bool is_plain(std::string_view value) {
  return !value.empty() && std::string_view("\"'[{").find(value.front()) == std::string_view::npos;
}

}  // namespace

std::optional<Diagnosis> bad_list(const Broken& broken) {
  const bool braces = broken.scope == "inline table";
  if ((broken.scope != "array" && !braces) || broken.outline.open_lists.empty()) {
    return std::nullopt;
  }
  const Opening& list = broken.outline.open_lists.back();
  if (broken.seen() == U',') {
    return Diagnosis{.message = "a comma stands here without a value before it",
                     .label = "remove it"};
  }
  if (broken.reason.find("dangling comma") != std::string_view::npos) {
    const std::size_t comma = broken.before().rfind(',');
    return Diagnosis{.message = "a comma stands before `}`",
                     .label = "remove it",
                     .at = BytePlace{broken.at.line, std::min(comma, broken.at.byte)}};
  }
  const bool next_line = broken.at.line != list.at.line;
  const bool next_key = broken.rest().find('=') != std::string_view::npos;
  if (broken.rest().empty() || (next_line && (next_key || broken.seen() == U'['))) {
    return unclosed_list(broken, list);
  }
  return Diagnosis{.message = braces ? "a comma is missing between two keys"
                                     : "a comma is missing between two values",
                   .label = "write `,` before this"};
}

std::optional<Diagnosis> bad_value(const Broken& broken) {
  const bool cut_off = broken.scope == "key-value pair" && broken.outline.value &&
                       broken.reason.find("end-of-file") != std::string_view::npos;
  if (broken.reason.starts_with("expected value, saw") || cut_off) {
    return no_value(broken);
  }
  const bool in_value = broken.scope.find("floating-point") != std::string_view::npos ||
                        std::find(kScopes.begin(), kScopes.end(), broken.scope) != kScopes.end();
  if (!in_value) {
    return std::nullopt;
  }
  if (broken.reason.starts_with("exceeded maximum nested")) {
    return Diagnosis{.message = "lists stand too deep inside each other"};
  }
  if (broken.seen() == U'=') {
    return Diagnosis{.message = "one `=` is enough", .label = "remove it"};
  }
  Written value = value_around(broken);
  if (is_number(value.text)) {
    return bad_number(broken, value);
  }
  const std::string_view without_mark = value.text.substr(0, value.text.find_last_not_of(';') + 1);
  if (without_mark.size() < value.text.size() && is_number(without_mark)) {
    return Diagnosis{.message = "a line ends without `,` or `;`",
                     .label = "remove it",
                     .at = BytePlace{value.at.line, value.at.byte + without_mark.size()}};
  }
  return needs_quotes(value);
}

std::optional<Diagnosis> bad_line_end(const Broken& broken) {
  if (!broken.reason.starts_with("expected a comment") || broken.rest().empty()) {
    return std::nullopt;
  }
  if (broken.seen() == U',' || broken.seen() == U';') {
    return stray_mark(broken);
  }
  if (broken.rest().find('=') != std::string_view::npos) {
    return Diagnosis{.message = "a second key begins on this line",
                     .label = "start a new line here"};
  }
  const Written value = value_around(broken);
  if (broken.outline.value && is_plain(value.text)) {
    return needs_quotes(value);
  }
  return Diagnosis{.message = "something stands behind the value",
                   .label = "remove it, or write `#` before it",
                   .bytes = without_blanks(broken.rest()).size()};
}

}  // namespace millpond::policy::toml
