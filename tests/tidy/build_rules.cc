#include "millpond/tests/tidy/build_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace millpond::tidy {
namespace {

// What a monorepo may depend on: the library; the contract and the drivers; the pools' own
// interface with the values it speaks in; and the loader, for a composition root of its own.
constexpr std::string_view kPublic[] = {
    "BUILD", "bazel/BUILD", "drivers/", "pools/BUILD", "pools/loader/BUILD", "policy/BUILD",
};

bool may_be_public(std::string_view path) {
  return std::ranges::any_of(kPublic, [&](std::string_view prefix) { return under(path, prefix); });
}

// Bazel's comments begin with "#"; none of our strings holds one.
std::string_view without_comment(std::string_view line) {
  return line.substr(0, line.find('#'));
}

// The text of each call of a rule, from its name to the parenthesis that closes it.
struct Target {
  std::string_view text;
  int line;
};

std::vector<Target> targets(std::string_view text, std::string_view rule) {
  std::vector<Target> found;
  const std::string opening = std::string(rule) + "(";
  for (std::size_t at = text.find(opening); at != std::string_view::npos;
       at = text.find(opening, at + 1)) {
    const std::size_t end = std::min(text.find("\n)", at), text.size());
    found.push_back({text.substr(at, end - at),
                     static_cast<int>(std::ranges::count(text.substr(0, at), '\n')) + 1});
  }
  return found;
}

// The value of an attribute as it is written; empty where the target has none.
std::string_view attribute(const Target& target, std::string_view name) {
  const std::string opening = fmt::format("\n    {} = ", name);
  const std::size_t at = target.text.find(opening);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view value = target.text.substr(at + opening.size());
  const std::size_t end = value.starts_with('[') ? value.find(']') : value.find('\n');
  return value.substr(0, std::min(end, value.size()));
}

std::string_view unquoted(std::string_view value) {
  const std::size_t open = value.find('"');
  const std::size_t close = value.find('"', open + 1);
  return open == std::string_view::npos ? value : value.substr(open + 1, close - open - 1);
}

void check_lines(const SourceFile& file, Violations& violations) {
  int number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    if (find_word(without_comment(line), "glob") != std::string_view::npos) {
      violations.push_back({file.path, number, "no glob: a target lists its files"});
    }
    if (line.find("//visibility:public") != std::string_view::npos && !may_be_public(file.path)) {
      violations.push_back({file.path, number, "not for everybody: name who may depend on it"});
    }
  }
}

void check_names(const SourceFile& file, Violations& violations) {
  for (const Target& target : targets(file.text, "millpond_library")) {
    const std::string_view name = unquoted(attribute(target, "name"));
    const std::string_view headers = attribute(target, "hdrs");
    if (!headers.empty() && headers.find(fmt::format("\"{}.h\"", name)) == std::string_view::npos) {
      violations.push_back(
          {file.path, target.line, fmt::format("target {} has no header of its own name", name)});
    }
  }
  for (const Target& target : targets(file.text, "millpond_test")) {
    const std::string_view name = unquoted(attribute(target, "name"));
    if (!name.ends_with("_test")) {
      violations.push_back(
          {file.path, target.line, fmt::format("test {} is to be called {}_test", name, name)});
    }
  }
}

}  // namespace

Violations check_build(const SourceFile& file) {
  Violations violations;
  if (is_build_file(file.path)) {
    check_lines(file, violations);
    check_names(file, violations);
  }
  return violations;
}

}  // namespace millpond::tidy
