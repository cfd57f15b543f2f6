// THE option table: every key of the policy file, one row each. It drives parsing, defaults,
// bounds, and docs/configuration.md; nothing else knows a default or a bound.
//
// Constant data; safe from any thread.
//
//   find_field(Section::kPool, "acquire_timeout")->fallback == "2s"
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// The kind of table a key stands in.
enum class Section { kProcess, kFleet, kServer, kPool };

enum class Kind {
  kCount,         // 4
  kShare,         // "25%"
  kCountOrShare,  // 4 or "25%"
  kDuration,      // "2s"
  kChoice,        // one of `words`
  kText,          // "orders"
  kName,          // the name of another table
  kFormula,       // 10 or "ceil(hikari(server.cores, server.spindles) / 2)"
  kAddress,       // "db1.internal:5432/orders"
  kSecret,        // "${env:NAME}" or "${file:/path}"
};

// Worked out from several keys; see resolve.h.
struct Derived {};

using Member =
    std::variant<Derived, std::int64_t PoolPolicy::*, Duration PoolPolicy::*, double PoolPolicy::*,
                 std::string PoolPolicy::*, Order PoolPolicy::*, Validate PoolPolicy::*,
                 Reset PoolPolicy::*, Backend ServerPolicy::*, std::string ServerPolicy::*,
                 SecretSource ServerPolicy::*, Tls ServerPolicy::*, std::int64_t ServerPolicy::*,
                 std::string ProcessPolicy::*, Sigpipe ProcessPolicy::*,
                 std::int64_t FleetPolicy::*>;

struct Field {
  std::string_view key{};
  Section section = Section::kPool;
  Kind kind = Kind::kText;
  Member member{};
  // The default as the file would write it; empty: the key is required, or `fallback_note` says
  // what holds without it.
  std::string_view fallback{};
  std::string_view http_fallback{};  // where HTTP differs
  std::string_view fallback_note{};
  bool required = false;
  // Bounds, both included: counts as such, durations in microseconds, shares in percent.
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view unit{};  // of a count: "connections"
  // A word for a value outside the bounds: "off" (0) or "unlimited".
  std::string_view word{};
  std::int64_t word_value = 0;
  std::span<const std::string_view> words{};  // of a choice, in the order of its enumerators
  std::string_view doc{};
};

// All rows, in the order in which docs/configuration.md has them.
std::span<const Field> fields();

// Null when the table has no such key.
const Field* find_field(Section section, std::string_view key);

std::vector<std::string_view> keys_of(Section section);

}  // namespace millpond::policy
