// Headers and keys.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "millpond/policy/display.h"
#include "millpond/policy/toml/syntax_rules.h"

namespace millpond::policy::toml {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kNameHelp =
    "names in a header are made of A-Z a-z 0-9 - _ and stand behind dots: [pool.orders]";

// Behind the last character of `text` that is no blank.
std::size_t end_of(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kBlanks);
  return last == std::string_view::npos ? 0 : last + 1;
}

std::size_t start_of(std::string_view text) {
  return std::min(text.find_first_not_of(kBlanks), text.size());
}

bool ends_here(const Broken& broken) {
  return broken.rest().empty() || broken.seen() == U'#';
}

std::string_view text_of(const Broken& broken, const Definition& definition) {
  return broken.line(definition.at.line).substr(definition.at.byte, definition.bytes);
}

bool begins_with(const std::vector<std::string>& path, const std::vector<std::string>& start) {
  return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

// How a definition from before is in the way of the last one; best first.
enum class Clash { kSame, kSameElsewhere, kInside, kAround, kNone };

Clash clash_of(const Definition& earlier, const Definition& last) {
  if (earlier.path == last.path) {
    return earlier.table == last.table || last.is_header ? Clash::kSame : Clash::kSameElsewhere;
  }
  // A header may stand inside of another, and each key stands inside of its own.
  const bool nests = earlier.is_header && (last.is_header || earlier.table == last.table);
  if (!nests && begins_with(last.path, earlier.path)) {
    return Clash::kInside;
  }
  return begins_with(earlier.path, last.path) ? Clash::kAround : Clash::kNone;
}

const Definition* first_defined(const std::vector<Definition>& definitions) {
  const Definition* best = nullptr;
  Clash best_clash = Clash::kNone;
  for (std::size_t i = 0; i + 1 < definitions.size(); ++i) {
    const Clash clash = clash_of(definitions[i], definitions.back());
    const bool closer = clash == Clash::kInside && best_clash == Clash::kInside &&
                        definitions[i].path.size() > best->path.size();
    if (clash < best_clash || closer) {
      best = &definitions[i];
      best_clash = clash;
    }
  }
  return best;
}

Diagnosis twice(const Broken& broken, const Definition& last, const Definition* first) {
  const bool same = first == nullptr || first->path == last.path;
  const bool both_headers = last.is_header && (first == nullptr || first->is_header);
  Diagnosis diagnosis{
      .message = "this is already defined in another form",
      .help = "a name stands for one thing, a table or a value: rename one of them"};
  const std::string_view text = text_of(broken, last);
  diagnosis.exact = fmt::format("`{}` is already defined in another form", text);
  if (same && both_headers) {
    diagnosis.message = "this table stands twice";
    diagnosis.help = "a table stands once: move the keys of the two together";
    diagnosis.exact = fmt::format("`{}` stands twice", text);
  } else if (same && !last.is_header && (first == nullptr || !first->is_header)) {
    diagnosis.message = "this key stands twice in its table";
    diagnosis.help = "keep one of the two";
    diagnosis.exact = fmt::format("`{}` stands twice in its table", text);
  }
  return diagnosis;
}

Diagnosis not_ascii(const Broken& broken) {
  Diagnosis diagnosis{.message = "this character cannot stand in a key or name",
                      .help = "keys and names are made of A-Z a-z 0-9 - _",
                      .bytes = first_character(broken.rest()).bytes};
  diagnosis.exact =
      fmt::format("`{}` cannot stand in a key or name", broken.rest().substr(0, diagnosis.bytes));
  return diagnosis;
}

Diagnosis unclosed_header(const Broken& broken) {
  const std::string_view line = broken.line();
  const bool of_array = line.substr(start_of(line)).starts_with("[[");
  Diagnosis diagnosis{.message = "the table's header is not closed",
                      .label = "`]` is missing",
                      .at = BytePlace{broken.at.line, end_of(broken.before())}};
  if (of_array) {
    diagnosis.help = "a table is written with single brackets: [pool.orders]";
  }
  return diagnosis;
}

Diagnosis two_words(const Broken& broken) {
  return {.message = "a space stands in the table's name",
          .help = kNameHelp,
          .at = BytePlace{broken.at.line, broken.at.byte - 1}};
}

Diagnosis behind_header(const Broken& broken) {
  if (broken.seen() == U']') {
    return {.message = "the table's header has one bracket too many", .label = "remove it"};
  }
  return {.message = "something stands behind the table's header",
          .label = "start a new line here",
          .bytes = end_of(broken.rest())};
}

Diagnosis no_equals(const Broken& broken) {
  if (ends_here(broken)) {
    return {.message = "the key has no value",
            .label = "`=` and a value are missing",
            .help = "a line is `key = value`",
            .at = BytePlace{broken.at.line, end_of(broken.before())}};
  }
  if (broken.seen() == U':') {
    return {.message = "a key and its value are joined by `=`", .label = "write `=`, not `:`"};
  }
  if (broken.seen() == U']') {
    return {.message = "`[` is missing at the start of the table's header",
            .help = "a table starts with a line such as [pool.orders]",
            .at = BytePlace{broken.at.line, start_of(broken.before())},
            .bytes = broken.at.byte + 1 - start_of(broken.before())};
  }
  const std::size_t equals = broken.rest().find('=');
  const std::size_t quote = broken.rest().find_first_of("\"'#");
  if (equals != std::string_view::npos && equals < quote) {
    const std::size_t start = start_of(broken.before());
    return {.message = "a space stands in the key",
            .label = "keys are written with _",
            .at = BytePlace{broken.at.line, start},
            .bytes = end_of(broken.line().substr(0, broken.at.byte + equals)) - start};
  }
  return {.message = "`=` is missing between the key and its value",
          .label = "write `=` before this"};
}

Diagnosis at_line_start(const Broken& broken) {
  switch (broken.seen()) {
    case U'=':
      return {.message = "the key is missing", .label = "write it before `=`"};
    case U'/':
    case U';':
      return {.message = "neither a key nor a table begins like this",
              .label = "a comment begins with `#`"};
    default:
      return {.message = "neither a key nor a table begins like this",
              .help = "a line is `key = value`, a header such as [pool.orders], or a # comment"};
  }
}

bool in_header(const Broken& broken) {
  const std::string_view line = broken.line();
  return broken.scope == "table header" ||
         (broken.scope == "key" && line.substr(start_of(line)).starts_with('['));
}

}  // namespace

std::optional<Diagnosis> defined_twice(const Broken& broken) {
  if (broken.outline.definitions.empty()) {
    return std::nullopt;
  }
  const Definition& last = broken.outline.definitions.back();
  if (broken.reason.starts_with("cannot insert")) {
    return Diagnosis{.message = "a table in braces cannot be added to",
                     .help = "write its keys between the braces, or make it a [table]",
                     .at = last.at,
                     .bytes = last.bytes};
  }
  if (!broken.reason.starts_with("cannot redefine")) {
    return std::nullopt;
  }
  if (!broken.outline.open_lists.empty()) {
    return Diagnosis{.message = "a key stands twice between these braces",
                     .help = "keep one of the two",
                     .at = broken.outline.open_lists.back().at};
  }
  const Definition* const first = first_defined(broken.outline.definitions);
  Diagnosis diagnosis = twice(broken, last, first);
  diagnosis.at = last.at;
  diagnosis.bytes = last.bytes;
  if (first != nullptr) {
    diagnosis.related = first->at;
    diagnosis.related_bytes = first->bytes;
    diagnosis.related_label = "first defined here";
  }
  return diagnosis;
}

std::optional<Diagnosis> bad_header(const Broken& broken) {
  if (!in_header(broken)) {
    return std::nullopt;
  }
  const std::string_view reason = broken.reason;
  if (reason.find("must be contiguous") != std::string_view::npos) {
    return Diagnosis{.message = "two brackets stand apart",
                     .help = "a table is written with single brackets: [pool.orders]"};
  }
  if (reason.starts_with("expected a comment")) {
    return behind_header(broken);
  }
  if (ends_here(broken)) {
    return unclosed_header(broken);
  }
  if (broken.seen() >= 0x80) {
    return not_ascii(broken);
  }
  if (reason.starts_with("tables with blank") || broken.scope == "key") {
    return Diagnosis{.message = "a name is missing in the table's header",
                     .label = "before this",
                     .help = kNameHelp};
  }
  const bool blank_before = end_of(broken.before()) < broken.at.byte;
  if (reason.starts_with("expected ']'") && blank_before) {
    return two_words(broken);
  }
  return Diagnosis{.message = "this cannot stand in a table's header", .help = kNameHelp};
}

std::optional<Diagnosis> bad_key(const Broken& broken) {
  if (broken.reason.starts_with("multi-line strings")) {
    return Diagnosis{.message = "a key cannot stand in triple quotes"};
  }
  const bool at_start = broken.reason.starts_with("expected keys, tables");
  const bool in_key = broken.scope == "key" || broken.reason.starts_with("expected '='");
  const bool cut_off = broken.scope == "key-value pair" && !broken.outline.value &&
                       broken.reason.find("end-of-file") != std::string_view::npos;
  if ((at_start || in_key) && !broken.rest().empty() && broken.seen() >= 0x80) {
    return not_ascii(broken);
  }
  if (at_start) {
    return at_line_start(broken);
  }
  if (broken.scope == "key") {
    return Diagnosis{.message = "a part of the key is missing", .label = "before this"};
  }
  return in_key || cut_off ? std::optional(no_equals(broken)) : std::nullopt;
}

}  // namespace millpond::policy::toml
