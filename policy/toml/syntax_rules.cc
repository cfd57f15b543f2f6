#include "millpond/policy/toml/syntax_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "millpond/policy/display.h"

namespace millpond::policy::toml {
namespace {

using Rule = std::optional<Diagnosis> (*)(const Broken&);

// The first that speaks is believed.
constexpr std::array<Rule, 9> kRules{bad_encoding,  defined_twice, bad_text,
                                     bad_character, bad_header,    bad_list,
                                     bad_value,     bad_line_end,  bad_key};

}  // namespace

std::string_view Broken::line(std::uint32_t number) const {
  const auto& lines = source.lines();
  return number == 0 || number > lines.size() ? std::string_view{} : lines[number - 1];
}

std::string_view Broken::rest() const {
  return line().substr(std::min(at.byte, line().size()));
}

std::string_view Broken::before() const {
  return line().substr(0, at.byte);
}

char32_t Broken::seen() const {
  return rest().empty() ? U'\0' : first_character(rest()).code;
}

Diagnosis diagnosis_of(const Broken& broken) {
  for (const Rule rule : kRules) {
    if (auto diagnosis = rule(broken)) {
      return *std::move(diagnosis);
    }
  }
  return {.message = "the file is not valid TOML here",
          .exact = fmt::format("the file is not valid TOML here: {}", broken.reason)};
}

}  // namespace millpond::policy::toml
