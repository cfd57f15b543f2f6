// One diagnosed problem in a policy file: what, where, and what to do about it.
//
// Values only; safe to copy and to read from any thread.
//
//   Finding finding{.code = "M012", .span = {"pools.toml", 31, 1, 14},
//                   .message = "unknown key `acquire_timout`"};
//   std::fputs(render(finding).c_str(), stderr);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millpond::policy {

// A place in a source text. Lines and columns count from 1 (columns in characters); line 0 means
// "the file as a whole".
struct Span {
  std::string file{};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 1;

  bool operator==(const Span&) const = default;
};

enum class Severity { kError, kWarning };

// Another place that the problem has to do with: "defined here".
struct RelatedPlace {
  Span span{};
  std::string label{};
  std::string source_line{};  // the text of span.line, for the snippet; may be empty

  bool operator==(const RelatedPlace&) const = default;
};

struct Finding {
  std::string code{};  // stable, "M012"; has a page in docs/findings.md
  Severity severity = Severity::kError;
  Span span{};
  std::string message{};      // what is wrong, one sentence without a full stop
  std::string label{};        // beside the caret: "did you mean `acquire_timeout`?"; may be empty
  std::string help{};         // what to do; may be empty
  std::string source_line{};  // the text of span.line, for the snippet; may be empty
  std::vector<RelatedPlace> related{};
  std::vector<std::string> notes{};  // how a number came about, one line each

  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

// True when any finding is an error (warnings alone do not stop a start).
bool has_errors(const Findings& findings);

// By place in the file; what concerns the file as a whole comes first. Keeps one of equal findings
// (a bad value in [defaults] is found once per pool). O(n log n).
void sort_by_place(Findings& findings);

// Whether escape sequences for colours may be in the text: the caller knows where it goes.
enum class Colour { kNever, kAlways };

// The finding as the `millpond` command prints it: headline, arrow line, snippet with caret,
// related places, notes, help. Ends with a newline. Control characters are shown as U+FFFD, tabs as
// spaces. Without its escape sequences, coloured text is the plain text.
std::string render(const Finding& finding, Colour colour = Colour::kNever);

// All of them, one after the other, separated by blank lines.
std::string render(const Findings& findings, Colour colour = Colour::kNever);

}  // namespace millpond::policy
