#include "millpond/tests/tidy/size_limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millpond::tidy {
namespace {

// Characters, not bytes: a continuation byte of UTF-8 takes no column.
int columns(std::string_view line) {
  return static_cast<int>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

constexpr std::string_view kTypeWords[] = {"class", "struct", "union", "enum", "namespace"};

// Directives are not statements: their parentheses would pass for parameters.
std::string without_directives(std::string code) {
  bool in_directive = false;
  bool at_line_start = true;
  for (char& c : code) {
    in_directive = in_directive || (at_line_start && c == '#');
    if (c == '\n') {
      in_directive = false;
      at_line_start = true;
      continue;
    }
    at_line_start = at_line_start && c == ' ';
    if (in_directive) {
      c = ' ';
    }
  }
  return code;
}

// Follows braces through C++ without its comments and literals, and reports each function that
// ends. A function is a brace that opens, outside any other function, after a statement with
// parentheses and without an "=": good enough for code in this project's format.
class FunctionFinder {
 public:
  struct Function {
    int first_line;
    int last_line;
  };

  std::optional<Function> read(char c) {
    switch (c) {
      case '\n':
        ++line_;
        break;
      case '(':
        ++parentheses_;
        break;
      case ')':
        --parentheses_;
        break;
      case '{':
        open();
        return std::nullopt;
      case '}':
        return close();
      case ';':
        statement_.clear();
        return std::nullopt;
      default:
        break;
    }
    statement_ += c;
    return std::nullopt;
  }

 private:
  void open() {
    ++depth_;
    if (function_depth_ == 0 && parentheses_ == 0 && is_function_head()) {
      function_depth_ = depth_;
      first_line_ = line_;
    }
    statement_.clear();
  }

  std::optional<Function> close() {
    statement_.clear();
    std::optional<Function> ended;
    if (function_depth_ == depth_) {
      function_depth_ = 0;
      ended = Function{first_line_, line_};
    }
    --depth_;
    return ended;
  }

  bool is_function_head() const {
    const std::size_t parameters = statement_.find('(');
    return parameters != std::string::npos && statement_.find(" = ") > parameters &&
           !is_type_head(std::string_view(statement_).substr(0, parameters));
  }

  // As in: class alignas(64) Slot {
  static bool is_type_head(std::string_view head) {
    return std::ranges::any_of(kTypeWords, [&](std::string_view word) {
      return find_word(head, word) != std::string_view::npos;
    });
  }

  std::string statement_;  // since the last brace or semicolon
  int line_ = 1;
  int depth_ = 0;
  int parentheses_ = 0;
  int function_depth_ = 0;  // the depth inside the current function; 0 outside any
  int first_line_ = 0;
};

void check_functions(const SourceFile& file, Violations& violations) {
  FunctionFinder finder;
  for (const char c : without_directives(code_of(file.text))) {
    const auto function = finder.read(c);
    if (!function) {
      continue;
    }
    if (const int lines = function->last_line - function->first_line + 1;
        lines > kMaxFunctionLines) {
      violations.push_back(
          {file.path, function->first_line,
           fmt::format("a function of {} lines; at most {}", lines, kMaxFunctionLines)});
    }
  }
}

// Made from parts that keep the limit themselves.
bool is_generated(std::string_view path) {
  return path == "docs/findings.md";
}

bool has_column_limit(std::string_view path) {
  return is_cpp(path) || path.ends_with(".sh") || path == "run";
}

}  // namespace

Violations check_size(const SourceFile& file) {
  Violations violations;
  const auto lines = lines_of(file.text);
  const int count = static_cast<int>(lines.size());
  if (count > kMaxFileLines && !is_generated(file.path)) {
    violations.push_back({file.path, 0, fmt::format("{} lines; at most {}", count, kMaxFileLines)});
  }
  for (int i = 0; has_column_limit(file.path) && i < count; ++i) {
    if (const int width = columns(lines[i]); width > kMaxLineColumns) {
      violations.push_back(
          {file.path, i + 1, fmt::format("{} columns; at most {}", width, kMaxLineColumns)});
    }
  }
  if (is_cpp(file.path)) {
    check_functions(file, violations);
  }
  return violations;
}

}  // namespace millpond::tidy
