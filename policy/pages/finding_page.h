// What one code of a finding means and what to do about it.
//
// Values of constants; safe from any thread.
//
//   FindingPage{.code = "M012", .title = "Unknown key", .severity = "error", …}
#pragma once

#include <string_view>

namespace millpond::policy {

struct FindingPage {
  std::string_view code{};
  std::string_view title{};
  std::string_view severity{};  // "error", "warning", or which of them when
  std::string_view meaning{};   // and why it matters
  std::string_view remedy{};    // what to do
  // TOML: "# wrong: …" and lines that give it, "# right" and their repair; may be empty.
  std::string_view example{};
};

}  // namespace millpond::policy
