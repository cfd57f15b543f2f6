// "${env:NAME}" and "${env:NAME:-default}" in values.
//
// Pure; safe from any thread. The environment is a function, so that no test needs a real one.
//
//   substitute("${env:REPLICAS:-1}", nothing_set)->text == "1"
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "millpond/policy/text_error.h"

namespace millpond::policy::toml {

using Environment = std::function<std::optional<std::string>(std::string_view)>;

struct Substituted {
  std::string text;
  // For each byte of `text`, and for its end, the byte it comes from.
  std::vector<std::size_t> origins;
  std::vector<std::string> values;  // of the variables
  bool changed = false;
};

// As in a shell, the default also stands in for a variable that is set but empty.
tl::expected<Substituted, TextError> substitute(std::string_view text,
                                                const Environment& environment);

}  // namespace millpond::policy::toml
