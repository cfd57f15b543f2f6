// Where each value of a policy comes from: which layer states it, in which line, over what, and how
// a size came about.
//
// Values, independent of the file they were made of; safe to read from any thread.
//
//   Explanation all = explain(layers, set);
//   find_key(*find_table(all, "orders"), "acquire_timeout")->origin.layer == "[defaults]"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "millpond/policy/field.h"
#include "millpond/policy/finding.h"
#include "millpond/policy/layers.h"
#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

struct Origin {
  std::string layer{};   // "[class.oltp]"; "built-in", "built-in for http", "built-in rule"
  Span span{};           // of the value; line 0 where no file states it
  std::string stated{};  // as the file would write it; empty where a rule gives the value
};

struct ExplainedKey {
  const Field* field = nullptr;
  std::string value{};  // that holds, as the file would write it
  Origin origin{};
  std::vector<Origin> beneath{};   // what the origin lies over, the uppermost first
  std::vector<std::string> how{};  // how a worked-out value came about, one line each
};

struct ExplainedTable {
  std::string name{};  // "process", "fleet", "server.orders-db", "orders-write"
  Section section = Section::kPool;
  std::string backend{};  // of a server or pool
  std::vector<ExplainedKey> keys{};
};

struct Explanation {
  std::string file{};
  std::string profile{};                 // in use; empty for none
  std::vector<ExplainedTable> tables{};  // process, fleet, servers, pools; each kind in file order
};

// `set` is what resolve() made of `policy`, free of errors.
Explanation explain(const LayeredPolicy& policy, const PolicySet& set);

// Null when there is none.
const ExplainedTable* find_table(const Explanation& explanation, std::string_view name);
const ExplainedKey* find_key(const ExplainedTable& table, std::string_view key);

}  // namespace millpond::policy
