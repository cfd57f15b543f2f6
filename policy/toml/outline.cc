#include "millpond/policy/toml/outline.h"

#include <algorithm>
#include <utility>

namespace millpond::policy::toml {
namespace {

constexpr std::string_view kBlanks = " \t";

bool is_bare(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

class Scanner {
 public:
  Scanner(const std::vector<std::string_view>& lines, BytePlace until)
      : lines_(lines), until_(until) {}

  Outline scan() {
    for (; !reached(); next_line()) {
      skip_blanks();
      if (rest().empty() || rest().front() == '#') {
        continue;
      }
      outline_.value.reset();
      if (rest().front() == '[') {
        read_header();
      } else if (read_key()) {
        read_value();
      }
    }
    return std::move(outline_);
  }

 private:
  bool reached() const { return place_.line > lines_.size() || until_ < place_; }

  std::string_view line() const { return lines_[place_.line - 1]; }

  std::string_view rest() const { return line().substr(std::min(place_.byte, line().size())); }

  void next_line() { place_ = {place_.line + 1, 0}; }

  void skip_blanks() {
    const std::size_t blanks = rest().find_first_not_of(kBlanks);
    place_.byte += std::min(blanks, rest().size());
  }

  std::string read_quoted() {
    const char quote = rest().front();
    std::size_t end = 1;
    while (end < rest().size() && rest()[end] != quote) {
      end += quote == '"' && rest()[end] == '\\' ? 2 : 1;
    }
    end = std::min(end, rest().size());
    std::string text(rest().substr(1, end - 1));
    place_.byte = std::min(place_.byte + end + 1, line().size());
    return text;
  }

  std::string read_bare() {
    const auto end = std::find_if_not(rest().begin(), rest().end(), is_bare);
    std::string text(rest().begin(), end);
    place_.byte += text.size();
    return text;
  }

  // Leaves the place behind the last segment.
  void read_path(std::vector<std::string>& path) {
    for (;;) {
      skip_blanks();
      const bool quoted = rest().starts_with('"') || rest().starts_with('\'');
      std::string segment = quoted ? read_quoted() : read_bare();
      if (segment.empty() && !quoted) {
        return;
      }
      path.push_back(std::move(segment));
      const std::size_t end = place_.byte;
      skip_blanks();
      if (!rest().starts_with('.')) {
        place_.byte = end;
        return;
      }
      ++place_.byte;
    }
  }

  void read_header() {
    Definition header{.at = place_, .is_header = true};
    const std::string_view brackets = rest().starts_with("[[") ? "]]" : "]";
    place_.byte += brackets.size();
    read_path(header.path);
    const std::size_t end = place_.byte;
    skip_blanks();
    place_.byte = rest().starts_with(brackets) ? place_.byte + brackets.size() : end;
    header.bytes = place_.byte - header.at.byte;
    header.table = ++headers_;
    table_path_ = header.path;
    outline_.definitions.push_back(std::move(header));
  }

  // True when a value follows.
  bool read_key() {
    Definition key{.path = table_path_, .at = place_, .table = headers_};
    read_path(key.path);
    key.bytes = place_.byte - key.at.byte;
    outline_.definitions.push_back(std::move(key));
    skip_blanks();
    if (!rest().starts_with('=')) {
      return false;
    }
    ++place_.byte;
    skip_blanks();
    outline_.value = place_;
    return true;
  }

  void read_value() {
    while (place_ < until_ && place_.line <= lines_.size()) {
      if (!rest().empty() && rest().front() != '#') {
        read_in_value(rest().front());
      } else if (outline_.open_lists.empty()) {
        return;
      } else {
        next_line();
      }
    }
  }

  void read_in_value(char c) {
    std::vector<Opening>& lists = outline_.open_lists;
    if (c == '"' || c == '\'') {
      read_text(c);
      return;
    }
    if (c == '[' || c == '{') {
      lists.push_back({place_, c == '[' ? "[" : "{"});
    } else if ((c == ']' || c == '}') && !lists.empty()) {
      lists.pop_back();
    }
    ++place_.byte;
  }

  void read_text(char quote) {
    const std::string_view triple = quote == '"' ? R"(""")" : "'''";
    const std::string_view mark = rest().starts_with(triple) ? triple : triple.substr(0, 1);
    outline_.open_text = {place_, mark};
    place_.byte += mark.size();
    while (place_ < until_ && place_.line <= lines_.size()) {
      if (rest().starts_with(mark)) {
        outline_.open_text.reset();
        place_.byte += mark.size();
        skip_last_quotes(quote, mark);
        return;
      }
      if (rest().empty() && mark.size() == 1) {
        return;
      }
      read_on_in_text(quote);
    }
  }

  void read_on_in_text(char quote) {
    if (rest().empty()) {
      next_line();
    } else {
      const std::size_t escape = quote == '"' && rest().front() == '\\' ? 2 : 1;
      place_.byte += std::min(escape, rest().size());
    }
  }

  // A text in triple quotes may end with one or two quotes of its own.
  void skip_last_quotes(char quote, std::string_view mark) {
    for (int i = 0; i < 2 && mark.size() == 3 && rest().starts_with(quote); ++i) {
      ++place_.byte;
    }
  }

  const std::vector<std::string_view>& lines_;
  BytePlace until_;
  BytePlace place_{1, 0};
  Outline outline_;
  std::size_t headers_ = 0;
  std::vector<std::string> table_path_;
};

}  // namespace

Outline outline_of(const std::vector<std::string_view>& lines, BytePlace until) {
  return Scanner(lines, until).scan();
}

}  // namespace millpond::policy::toml
