#include "millpond/policy/pages/finding_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "millpond/policy/display.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::size_t kTerminalColumns = 80;
constexpr std::size_t kDocumentColumns = 100;

constexpr char kIntroduction[] =
    R"(<!-- Made from policy/pages/ by `./run docs`; do not edit. -->
# Findings

What `millpond check` and `millpond::open` say about a policy file, by code. A code is stable: it
never gets a second meaning. `millpond check --explain M031` prints its page in a terminal.

## How to read a finding

```
error[M030]: pool `orders` wants 60 connections and may have 12
  --> pools.toml:31:8
   |
31 | size = 60
   |        ^^
  ::: pools.toml:7:19
   |
 7 | max_connections = 200
   |                   --- the server's budget
   = cap 12 = ...
   = help: lower the size or raise the budget; on_over_budget = "clamp" takes what there is
```

The first line says what is wrong. The arrow names the file, the line and the column (in
characters, from 1); `^` marks the place, and `-` marks others that it has to do with. Lines behind
`=` show how a number came about, and what to do. `***` stands where a line may hold a secret.

* An **error** stops a program from starting. A **warning** does not.
* All semantic errors of a file are reported in one run, in the order of the file. A syntax error
  (M001) is reported alone, since nothing behind it can be read.
* Findings go to standard error, results to standard output. Exit code 0 means no error (there may
  be warnings), 1 means an error, and 2 that a comparing command found differences.

With `--json` each finding is an object; what is empty is left out, except `code`, `severity`,
`file` and `message`. Without `line` it concerns the file as a whole.

```json
{
  "code": "M030", "severity": "error",
  "file": "pools.toml", "line": 31, "column": 8, "length": 2,
  "message": "pool `orders` wants 60 connections and may have 12",
  "label": "beside the caret", "help": "what to do", "source_line": "size = 60",
  "related": [
    {
      "file": "pools.toml", "line": 7, "column": 19, "length": 3,
      "label": "the server's budget", "source_line": "max_connections = 200"
    }
  ],
  "notes": ["how a number came about"]
}
```

Each section below says what a finding means and what to do, and shows lines that give it above
lines that do not.
)";

// The end of the first word of `text`; a stretch between backticks is one word.
std::size_t end_of_word(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    quoted = quoted != (text[i] == '`');
    if (text[i] == ' ' && !quoted) {
      return i;
    }
  }
  return text.size();
}

// Broken into lines of at most so many columns; ends with a newline.
std::string wrapped(std::string_view text, std::size_t columns) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, end_of_word(text));
    const std::size_t width = display_width(word);
    const bool fits = column + 1 + width <= columns;
    if (column > 0) {
      result += fits ? ' ' : '\n';
    }
    column = column > 0 && fits ? column + 1 + width : width;
    result += word;
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return result + "\n";
}

std::string indented(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    result += line.empty() ? "\n" : fmt::format("    {}\n", line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return result;
}

std::string section(const FindingPage& page) {
  const std::string meaning = fmt::format("*{}.* {}", page.severity, page.meaning);
  const std::string remedy = fmt::format("**What to do.** {}", page.remedy);
  std::string text =
      fmt::format("\n## {} · {}\n\n{}\n{}", page.code, page.title,
                  wrapped(meaning, kDocumentColumns), wrapped(remedy, kDocumentColumns));
  if (!page.example.empty()) {
    text += fmt::format("\n```toml\n{}\n```\n", page.example);
  }
  return text;
}

std::vector<FindingPage> sorted_pages() {
  std::vector<FindingPage> all;
  for (const auto group : {form_pages(), value_pages(), budget_pages(), expression_pages(),
                           rule_pages(), warning_pages(), host_pages()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  std::sort(all.begin(), all.end(),
            [](const FindingPage& a, const FindingPage& b) { return a.code < b.code; });
  return all;
}

}  // namespace

std::span<const FindingPage> pages() {
  static const std::vector<FindingPage> all = sorted_pages();
  return all;
}

const FindingPage* find_page(std::string_view code) {
  const auto all = pages();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [code](const FindingPage& page) { return page.code == code; });
  return found == all.end() ? nullptr : &*found;
}

std::string render_page(const FindingPage& page) {
  std::string text =
      fmt::format("{} · {} ({})\n\n{}\nWhat to do\n{}", page.code, page.title, page.severity,
                  wrapped(page.meaning, kTerminalColumns), wrapped(page.remedy, kTerminalColumns));
  if (!page.example.empty()) {
    text += "\nExample\n" + indented(page.example);
  }
  return text;
}

std::string findings_page() {
  std::string text = kIntroduction;
  for (const FindingPage& page : pages()) {
    text += section(page);
  }
  return text;
}

}  // namespace millpond::policy
