// From the bytes of a TOML policy file to a checked PolicySet, or to everything that is wrong with
// it. The only place that knows toml++.
//
// Pure: reads no file, no environment, no clock; what the text may refer to comes in as Context.
// Thread-safe. Cost: one pass over the text plus one over each table.
//
//   auto set = policy::toml::load({"pools.toml", text},
//                                 {.environment = lookup, .host = {.program = "shop"}});
//   if (!set) std::fputs(policy::render(set.error()).c_str(), stderr);
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "millpond/policy/explanation.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/host.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy::toml {

struct Source {
  std::string name{};  // how findings call it
  std::string text{};
};

struct Context {
  // The value of an environment variable, for ${env:NAME} and ${env:NAME:-default}; none are set
  // where there is no function.
  std::function<std::optional<std::string>(std::string_view)> environment{};
  Host host{};
  std::string profile{};  // in use; empty for none
};

// All semantic errors are reported in one run, in file order, warnings among them; a syntax error
// alone. A literal secret never stands in a finding, nor does an address that holds one.
tl::expected<PolicySet, Findings> load(const Source& source, const Context& context);

// The same, with where each value comes from (`explain`).
struct Explained {
  PolicySet set{};
  Explanation explanation{};
};
tl::expected<Explained, Findings> load_explained(const Source& source, const Context& context);

}  // namespace millpond::policy::toml
