// One row of the option table: all there is to know about a key of the policy file.
//
// Values; safe from any thread. The rows themselves: fields.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "millpond/policy/pool_policy.h"

namespace millpond::policy {

// The kind of table a key stands in. Pool keys stand in [defaults] and [class.NAME], too.
enum class Section { kProcess, kFleet, kServer, kPool };

enum class Kind {
  kCount,          // 4
  kNumber,         // 2.5
  kShare,          // "25%"
  kCountOrShare,   // 4 or "25%"
  kDuration,       // "2s"
  kBytes,          // "64KiB"
  kChoice,         // one of `words`
  kText,           // "orders"
  kName,           // the name of another table
  kNames,          // ["oltp", "careful"]
  kFormula,        // 10 or "ceil(hikari(server.cores, server.spindles) / 2)"
  kAddress,        // "db1.internal:5432/orders"
  kAddresses,      // ["db1.internal:5432/orders", "db2.internal:5432/orders"]
  kListenAddress,  // "127.0.0.1:9464"
  kPath,           // "/run/credentials/ca.pem"
  kSecret,         // "${env:NAME}" or "${file:/path}"
};

using Member = std::variant<
    std::int64_t PoolPolicy::*, Duration PoolPolicy::*, double PoolPolicy::*,
    std::string PoolPolicy::*, std::vector<std::string> PoolPolicy::*, Order PoolPolicy::*,
    Validate PoolPolicy::*, Reset PoolPolicy::*, OnOverBudget PoolPolicy::*, Overload PoolPolicy::*,
    Overflow PoolPolicy::*, RetryBackoff PoolPolicy::*, RetryOn PoolPolicy::*,
    Backend ServerPolicy::*, std::string ServerPolicy::*, SecretSource ServerPolicy::*,
    Tls ServerPolicy::*, Balance ServerPolicy::*, Via ServerPolicy::*, std::int64_t ServerPolicy::*,
    double ServerPolicy::*, Duration ServerPolicy::*, std::vector<ServerAddress> ServerPolicy::*,
    std::string ProcessPolicy::*, Sigpipe ProcessPolicy::*, double ProcessPolicy::*,
    std::int64_t ProcessPolicy::*, OnFdShortfall ProcessPolicy::*, Reload ProcessPolicy::*,
    std::int64_t FleetPolicy::*, double FleetPolicy::*>;

// Whether the member is the key's value alone, or worked out from several keys (see resolve.h).
enum class Worked { kAlone, kFromSeveral };

// What a reload does with a change of the key.
enum class Change {
  kLive,       // holds from the next decision on
  kReconnect,  // new connections have it; the old ones drain as they come back
  kRestart,    // holds from the next start on
};

// Whether this release acts on the key. One that is read, bounded, and kept for a later release
// says so in `explain`.
enum class Effect { kNow, kLater };

// A word for a value outside the bounds: "off" for 0.
struct Alias {
  std::string_view word{};
  std::int64_t value = 0;
};

// The backends that a key means something for.
struct Backends {
  bool postgres = true;
  bool mysql = true;
  bool redis = true;
  bool http = true;

  constexpr bool has(Backend backend) const {
    return std::array{postgres, mysql, redis, http}[static_cast<std::size_t>(backend)];
  }
  constexpr bool all() const { return postgres && mysql && redis && http; }
};

struct Field {
  std::string_view key{};
  Section section = Section::kPool;
  Kind kind = Kind::kText;
  Member member{};
  Worked worked = Worked::kAlone;
  // The default as the file would write it; empty: the key is required, or `fallback_note` says
  // what holds without it.
  std::string_view fallback{};
  // The backend whose default differs, and that default.
  Backend exception = Backend::kHttp;
  std::string_view exception_fallback{};
  std::string_view fallback_note{};
  bool required = false;
  // Bounds, both included: counts and bytes as such, durations in microseconds, shares in percent,
  // numbers in thousandths.
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view unit{};  // of a count: "connections"
  std::array<Alias, 2> aliases{};
  std::span<const std::string_view> words{};  // of a choice, in the order of its enumerators
  Backends backends{};
  Change change = Change::kLive;
  Effect effect = Effect::kNow;
  std::string_view doc{};
};

// The default as the file would write it, for a backend; empty where there is none.
std::string_view fallback_of(const Field& field, Backend backend);

// The alias with that word or value; null when there is none.
const Alias* find_alias(const Field& field, std::string_view word);
const Alias* find_alias(const Field& field, std::int64_t value);

}  // namespace millpond::policy
