// Rules between keys.
#include <array>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::array kPages{
    FindingPage{
        .code = code::kNoPools,
        .title = "No pool",
        .severity = kErrorPage,
        .meaning = "The file declares no pool, so there is nothing a program could ask for.",
        .remedy = "Add a `[pool.NAME]` table with the name that the program's code uses.",
        .example = R"toml(# wrong: a server alone
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"

[pool.orders]
server = "orders-db")toml",
    },
    FindingPage{
        .code = code::kUnknownServer,
        .title = "Unknown server",
        .severity = kErrorPage,
        .meaning = "A pool names a server that the file does not declare.",
        .remedy = "Check the spelling against the list in the message, or add the "
                  "`[server.NAME]` table.",
        .example = R"toml(# wrong: the server is called orders-db
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"

[pool.orders]
server = "order-db"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"

[pool.orders]
server = "orders-db")toml",
    },
    FindingPage{
        .code = code::kMinIdleAboveSize,
        .title = "`min_idle` is above the size",
        .severity = kErrorPage,
        .meaning = "The pool is to keep more connections open than it may hold.",
        .remedy = "Lower `min_idle`, raise `size`, or write a share such as \"100%\", which "
                  "follows the size.",
        .example = R"toml(# wrong: 5 of 4
[pool.orders]
server   = "orders-db"
size     = 4
min_idle = 5

# right
[pool.orders]
server   = "orders-db"
size     = 4
min_idle = "100%")toml",
    },
    FindingPage{
        .code = code::kValidateTooSlow,
        .title = "`validate_timeout` is not below `acquire_timeout`",
        .severity = kErrorPage,
        .meaning = "One probe of a dead connection would use up a caller's whole time, and no "
                   "second connection could be tried.",
        .remedy = "Lower `validate_timeout`; a probe of a healthy connection takes milliseconds.",
        .example = R"toml(# wrong: the default of 1s is above this
[pool.orders]
server = "orders-db"
acquire_timeout = "500ms"

# right
[pool.orders]
server = "orders-db"
acquire_timeout  = "500ms"
validate_timeout = "100ms")toml",
    },
    FindingPage{
        .code = code::kNotInThisRelease,
        .title = "Not in this release",
        .severity = "warning, or error when opened",
        .meaning = "The file may state it, and this release cannot do it yet: ask the server "
                   "for its limit. Going on as if it were not there would not do what the operator "
                   "wants, so `check` warns, and a program that opens the file refuses it.",
        .remedy = "Leave it out, as the message says; or wait for the release that has it.",
        .example = R"toml(# wrong: the server is not asked yet
[server.orders-db]
backend         = "postgres"
endpoint        = "127.0.0.1:5432/orders"
max_connections = "probe"

# right
[server.orders-db]
backend         = "postgres"
endpoint        = "127.0.0.1:5432/orders"
max_connections = 100)toml",
    },
    FindingPage{
        .code = code::kBackoffOrder,
        .title = "`backoff_base` is above `backoff_cap`",
        .severity = kErrorPage,
        .meaning = "The wait after a failed dial begins at the base, doubles, and stops at the "
                   "cap; here it would stop before it begins.",
        .remedy = "Raise `backoff_cap` or lower `backoff_base`.",
        .example = R"toml(# wrong: the cap is 5s where it is not stated
[pool.orders]
server = "orders-db"
backoff_base = "10s"

# right
[pool.orders]
server = "orders-db"
backoff_base = "100ms")toml",
    },
    FindingPage{
        .code = code::kAbovePathCutoff,
        .title = "Idle connections outlive the path",
        .severity = kErrorPage,
        .meaning =
            "Something between here and the server drops connections that are idle for "
            "`path_idle_cutoff`, often without telling either end. With an `idle_timeout` or "
            "`keepalive` at or above it, callers would get dead connections.",
        .remedy = "Set `keepalive` and `idle_timeout` well below `path_idle_cutoff`.",
        .example = R"toml(# wrong: the balancer forgets after 60 seconds
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
path_idle_cutoff = "60s"

[pool.orders]
server    = "orders-db"
keepalive = "2m"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders"
path_idle_cutoff = "60s"

[pool.orders]
server       = "orders-db"
keepalive    = "20s"
idle_timeout = "50s")toml",
    },
    FindingPage{
        .code = code::kUnknownClass,
        .title = "Unknown class",
        .severity = kErrorPage,
        .meaning = "`inherit` names a class that the file does not declare.",
        .remedy = "Check the spelling against the list in the message, or add the `[class.NAME]` "
                  "table.",
        .example = R"toml(# wrong: the class is called oltp
[class.oltp]
size = 8

[pool.orders]
server  = "orders-db"
inherit = ["oltb"]

# right
[class.oltp]
size = 8

[pool.orders]
server  = "orders-db"
inherit = ["oltp"])toml",
    },
    FindingPage{
        .code = code::kConflictingKeys,
        .title = "Two keys exclude each other",
        .severity = kErrorPage,
        .meaning = "The table states two keys of which only one can hold.",
        .remedy = "Keep the one that is meant.",
        .example = R"toml(# wrong: one endpoint or several?
[server.orders-db]
backend   = "postgres"
endpoint  = "127.0.0.1:5432/orders"
endpoints = ["127.0.0.1:5433/orders"]

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:5432/orders")toml",
    },
    FindingPage{
        .code = code::kKeyNeedsAnother,
        .title = "A key needs another",
        .severity = kErrorPage,
        .meaning = "The key means something only together with another, which is missing: a "
                   "certificate with its private key, an overflow with its bound.",
        .remedy = "State the other key too, or remove this one.",
        .example = R"toml(# wrong: how many above `size`?
[pool.orders]
server   = "orders-db"
overflow = "open-and-close"

# right
[pool.orders]
server       = "orders-db"
overflow     = "open-and-close"
overflow_max = 4)toml",
    },
    FindingPage{
        .code = code::kMaxIdleBelowMinIdle,
        .title = "`max_idle` is below `min_idle`",
        .severity = kErrorPage,
        .meaning = "The pool is to keep more connections open than it may leave idle, and would "
                   "close and open them without end.",
        .remedy = "Raise `max_idle` or lower `min_idle`, which is \"100%\" where it is not stated.",
        .example = R"toml(# wrong: `min_idle` is all 10
[pool.orders]
server   = "orders-db"
size     = 10
max_idle = 5

# right
[pool.orders]
server   = "orders-db"
size     = 10
min_idle = 2
max_idle = 5)toml",
    },
    FindingPage{
        .code = code::kMinSizeAboveMax,
        .title = "`min_size` is above `max`",
        .severity = kErrorPage,
        .meaning = "The bounds of the pool's size are the wrong way round, so that no size lies "
                   "between them.",
        .remedy = "Lower `min_size` or raise `max`. One of them may come from a class or from "
                  "`[defaults]`.",
        .example = R"toml(# wrong: no size is both
[pool.orders]
server   = "orders-db"
min_size = 20
max      = 10

# right
[pool.orders]
server   = "orders-db"
min_size = 10
max      = 20)toml",
    },
    FindingPage{
        .code = code::kNotOfBackend,
        .title = "Not a word of this backend",
        .severity = kErrorPage,
        .meaning = "The word is valid, but not for a server of this backend: PgBouncer speaks to "
                   "PostgreSQL only, ProxySQL to MySQL only.",
        .remedy = "Correct `via` or `backend`; \"direct\" is right where no pooler stands between.",
        .example = R"toml(# wrong: ProxySQL before PostgreSQL
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:6432/orders"
via      = "proxysql"

# right
[server.orders-db]
backend  = "postgres"
endpoint = "127.0.0.1:6432/orders"
via      = "pgbouncer-transaction")toml",
    },
};

}  // namespace

std::span<const FindingPage> rule_pages() {
  return kPages;
}

}  // namespace millpond::policy
