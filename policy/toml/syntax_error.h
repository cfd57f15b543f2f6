// What the TOML parser could not read, as a finding with a hint.
//
// Pure; safe from any thread.
//
//   syntax_error("Error while parsing value: …", {.file = "pools.toml", .line = 3, .column = 8},
//                source)
#pragma once

#include <string_view>

#include "millpond/policy/finding.h"
#include "millpond/policy/toml/source_text.h"

namespace millpond::policy::toml {

// `description` is toml++'s; it quotes what it saw, so it is left out where that may be a secret.
Finding syntax_error(std::string_view description, const Span& span, const SourceText& source);

}  // namespace millpond::policy::toml
