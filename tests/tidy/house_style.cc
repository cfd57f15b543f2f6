#include "millpond/tests/tidy/house_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace millpond::tidy {
namespace {

// Promises to do it later: an issue keeps them better than a comment.
constexpr std::string_view kMarkers[] = {"TODO", "FIXME", "XXX", "HACK"};

// Folders of one machine.
constexpr std::string_view kMachinePaths[] = {"/work/", "/home/", "/Users/", "/root/"};

// The vocabulary says slot, connection, lease, waiter, caller.
constexpr std::string_view kVagueWords[] = {"item",   "items",   "entry",    "entries",
                                            "client", "clients", "resource", "resources"};

// Where the vocabulary is the project's own; an example or a test speaks of its own matters too.
constexpr std::string_view kOurFolders[] = {"policy/", "drivers/", "pools/", "cli/", "millpond."};

// This folder spells out what it forbids, and its tests hold examples of it.
bool spells_the_rules(std::string_view path) {
  return under(path, "tests/tidy/");
}

bool is_ours(std::string_view path) {
  return std::ranges::any_of(kOurFolders,
                             [&](std::string_view prefix) { return under(path, prefix); });
}

bool is_prose(std::string_view path) {
  return path.ends_with(".md") || path == "LICENSE";
}

// Fixtures of bad input are bad on purpose.
bool is_fixture(std::string_view path) {
  return under(path, "tests/data/");
}

class Findings {
 public:
  explicit Findings(const SourceFile& file) : file_(file) {}

  void add(int line, std::string message) {
    violations_.push_back({file_.path, line, std::move(message)});
  }
  Violations take() { return std::move(violations_); }

 private:
  const SourceFile& file_;
  Violations violations_;
};

void check_whitespace(const SourceFile& file, Findings& findings) {
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    if (line.ends_with(' ') || line.ends_with('\t') || line.ends_with('\r')) {
      findings.add(number, "white space at the end of the line");
    }
  }
  if (!file.text.empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n"))) {
    findings.add(number, "a file ends with one line end");
  }
}

void check_words(const SourceFile& file, Findings& findings) {
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    for (const std::string_view marker : kMarkers) {
      if (!is_prose(file.path) && find_word(line, marker) != std::string_view::npos) {
        findings.add(number, fmt::format("{}: write an issue instead", marker));
      }
    }
    for (const std::string_view path : kMachinePaths) {
      if (line.find(path) != std::string_view::npos) {
        findings.add(number, fmt::format("{} is a folder of one machine", path));
      }
    }
  }
}

// "entry", "entry_" and "kEntry" are the same name.
std::string_view without_member_mark(std::string_view word) {
  return word.ends_with('_') ? word.substr(0, word.size() - 1) : word;
}

void check_vocabulary(std::string_view code, Findings& findings) {
  int number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    // The system's headers have the names they have.
    for (std::size_t at = line.starts_with("#include <") ? line.size() : 0; at < line.size();) {
      const auto is_word = [](char c) { return is_word_char(c); };
      const auto start = std::find_if(line.begin() + at, line.end(), is_word);
      const auto end = std::find_if_not(start, line.end(), is_word);
      const std::string_view word(start, end);
      if (std::ranges::count(kVagueWords, without_member_mark(word)) > 0) {
        findings.add(number,
                     fmt::format("\"{}\" is too vague: slot, connection, lease, waiter?", word));
      }
      at = end - line.begin();
    }
  }
}

void check_header(const SourceFile& file, Findings& findings) {
  if (!file.text.starts_with("//")) {
    findings.add(1, "a header opens with what it is, its thread-safety, and an example");
  }
  if (code_of(file.text).find("#pragma once") == std::string::npos) {
    findings.add(1, "no #pragma once");
  }
}

}  // namespace

Violations check_style(const SourceFile& file) {
  Findings findings(file);
  if (file.path != "LICENSE" && !is_fixture(file.path)) {
    check_whitespace(file, findings);
  }
  if (!spells_the_rules(file.path)) {
    check_words(file, findings);
  }
  if (is_header(file.path)) {
    check_header(file, findings);
  }
  if (is_cpp(file.path) && is_ours(file.path)) {
    check_vocabulary(code_of(file.text), findings);
  }
  return findings.take();
}

}  // namespace millpond::tidy
