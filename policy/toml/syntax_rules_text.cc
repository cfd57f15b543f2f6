// Characters: the file's encoding, texts in quotes, and what an editor put in unasked.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "millpond/policy/display.h"
#include "millpond/policy/toml/syntax_rules.h"

namespace millpond::policy::toml {
namespace {

constexpr std::array kCurlyQuotes{U'\u2018', U'\u2019', U'\u201A', U'\u201B', U'\u201C', U'\u201D',
                                  U'\u201E', U'\u201F', U'\u2032', U'\u2033', U'\u00AB', U'\u00BB'};

bool is_curly_quote(char32_t code) {
  return std::find(kCurlyQuotes.begin(), kCurlyQuotes.end(), code) != kCurlyQuotes.end();
}

bool is_odd_space(char32_t code) {
  return code == 0xA0 || (code >= 0x2000 && code <= 0x200B) || code == 0x202F || code == 0x205F ||
         code == 0x3000 || code == 0xFEFF;
}

bool is_forbidden_control(char32_t code) {
  return (code < 0x20 && code != U'\t') || code == 0x7F;
}

bool looks_like_utf16(std::string_view first_line) {
  return first_line.starts_with("\xFF\xFE") || first_line.starts_with("\xFE\xFF") ||
         first_line.substr(0, 4).find('\0') != std::string_view::npos;
}

// The byte of the first character that is wanted.
template <typename Predicate>
std::optional<std::size_t> find_character(std::string_view text, Predicate wanted) {
  for (std::size_t byte = 0; byte < text.size();) {
    const Character character = first_character(text.substr(byte));
    if (wanted(character)) {
      return byte;
    }
    byte += character.bytes;
  }
  return std::nullopt;
}

std::optional<BytePlace> bad_byte(const SourceText& source) {
  constexpr char32_t kReplacement = 0xFFFD;
  std::uint32_t number = 0;
  for (const std::string_view line : source.lines()) {
    ++number;
    const auto byte = find_character(line, [](const Character& character) {
      return character.code == kReplacement && character.bytes == 1;
    });
    if (byte) {
      return BytePlace{number, *byte};
    }
  }
  return std::nullopt;
}

bool has_curly_quote(std::string_view text) {
  return find_character(text,
                        [](const Character& character) { return is_curly_quote(character.code); })
      .has_value();
}

Diagnosis unclosed(const Broken& broken, const Opening& text) {
  if (text.mark.size() == 3) {
    return {.message = "the text in triple quotes is not closed",
            .label = "opened here, closed nowhere",
            .help = "end it with the same three quotes",
            .at = text.at,
            .bytes = 3};
  }
  const std::string_view line = broken.line(text.at.line).substr(text.at.byte);
  Diagnosis diagnosis{
      .message = "the text is not closed",
      .label = text.mark == "'" ? "`'` is missing at its end" : "`\"` is missing at its end",
      .help = "a text in quotes ends on its own line",
      .at = text.at,
      .bytes = line.size()};
  if (has_curly_quote(line)) {
    diagnosis.label = "a curly quote does not close it";
    diagnosis.help = "type the quote anew: word processors and chats turn \" into curly quotes";
  }
  return diagnosis;
}

// A quote that was to begin a key, where no value is open.
std::optional<Opening> quoted_key(const Broken& broken) {
  const std::size_t start =
      broken.outline.definitions.empty() ? 0 : broken.outline.definitions.back().at.byte;
  const std::size_t quote = broken.line().find_first_of("\"'", start);
  if (quote == std::string_view::npos) {
    return std::nullopt;
  }
  return Opening{{broken.at.line, quote}, broken.line().substr(quote, 1)};
}

Diagnosis bad_escape(const Broken& broken) {
  Diagnosis diagnosis{
      .message = "a backslash in double quotes begins an escape, and this is none",
      .help = "write \\\\ for a backslash, or put the text in single quotes: 'C:\\data'"};
  if (!broken.before().ends_with('\\')) {
    diagnosis.message = "this escape names no character";
    diagnosis.help = "\\u takes 4 hexadecimal digits, \\U takes 8";
    return diagnosis;
  }
  diagnosis.at = {broken.at.line, broken.at.byte - 1};
  diagnosis.bytes = 1 + (broken.rest().empty() ? 0 : first_character(broken.rest()).bytes);
  return diagnosis;
}

Diagnosis control(const Broken& broken) {
  Diagnosis diagnosis{.message = "a control character stands here",
                      .help = "delete it; many editors do not show it"};
  diagnosis.exact =
      fmt::format("a control character stands here: U+{:04X}", std::uint32_t{broken.seen()});
  return diagnosis;
}

}  // namespace

std::optional<Diagnosis> bad_encoding(const Broken& broken) {
  if (looks_like_utf16(broken.line(1))) {
    return Diagnosis{.message = "the file is UTF-16, and a policy file is UTF-8",
                     .help = "save it as UTF-8; in PowerShell: Set-Content -Encoding utf8",
                     .at = BytePlace{}};
  }
  if (broken.reason.find("utf-8") == std::string_view::npos) {
    return std::nullopt;
  }
  return Diagnosis{
      .message = "this byte is no UTF-8",
      .help = "save the file as UTF-8; it may be in an older encoding, such as Windows-1252",
      .at = bad_byte(broken.source)};
}

std::optional<Diagnosis> bad_text(const Broken& broken) {
  if (broken.scope == "unicode scalar sequence") {
    return bad_escape(broken);
  }
  if (broken.scope != "string" && broken.scope != "literal string") {
    return std::nullopt;
  }
  if (broken.reason.starts_with("unknown escape")) {
    return bad_escape(broken);
  }
  const auto open = broken.outline.open_text ? broken.outline.open_text : quoted_key(broken);
  if (open && broken.rest().empty()) {
    return unclosed(broken, *open);
  }
  if (!broken.rest().empty() && is_forbidden_control(broken.seen())) {
    return control(broken);
  }
  return std::nullopt;
}

std::optional<Diagnosis> bad_character(const Broken& broken) {
  if (broken.reason.find("after '\\r'") != std::string_view::npos) {
    return Diagnosis{.message = "a carriage return stands here without a line feed",
                     .help = "save the file with line ends of Unix (LF) or Windows (CRLF)",
                     .at = BytePlace{broken.at.line, broken.at.byte - (broken.at.byte > 0)}};
  }
  if (broken.rest().empty()) {
    return std::nullopt;
  }
  const char32_t seen = broken.seen();
  if (is_forbidden_control(seen)) {
    return control(broken);
  }
  if (is_curly_quote(seen)) {
    return Diagnosis{
        .message = "curly quotes do not enclose a text",
        .label = "write `\"`",
        .help = "type the quotes anew: word processors and chats turn \" into curly quotes",
        .bytes = first_character(broken.rest()).bytes};
  }
  if (is_odd_space(seen)) {
    return Diagnosis{
        .message = "this is a space of another kind",
        .label = "write an ordinary space",
        .help = "text copied from a web page often holds such spaces",
        .exact = fmt::format("this is a space of another kind: U+{:04X}", std::uint32_t{seen}),
        .bytes = first_character(broken.rest()).bytes};
  }
  return std::nullopt;
}

}  // namespace millpond::policy::toml
