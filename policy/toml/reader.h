// From toml++'s tables to a Document: each known key read by its row, everything else a finding.
//
// A function; safe from any thread.
//
//   auto [document, findings] = read_document(root, {"pools.toml", source, environment});
#pragma once

#include <toml++/toml.h>

#include "millpond/policy/document.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/toml/setting_reader.h"

namespace millpond::policy::toml {

struct ReadDocument {
  Document document{};
  Findings findings{};
};

ReadDocument read_document(const ::toml::table& root, const ReadInput& input);

}  // namespace millpond::policy::toml
