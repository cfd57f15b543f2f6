// Places in toml++'s terms, in ours; and a table's keys in file order (toml++ sorts them by name).
//
// Pure; safe from any thread.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <vector>

#include "millpond/policy/finding.h"

namespace millpond::policy::toml {

// A region of several lines is marked at its start only.
Span span_of(const ::toml::source_region& region, const std::string& file);

struct KeyAndNode {
  const ::toml::key& key;
  const ::toml::node& node;
};

std::vector<KeyAndNode> in_file_order(const ::toml::table& table);

}  // namespace millpond::policy::toml
