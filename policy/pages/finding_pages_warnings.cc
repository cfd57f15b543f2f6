// Warnings: the policy works, and is probably not what was meant.
#include <array>

#include "millpond/policy/finding_codes.h"
#include "millpond/policy/pages/finding_page_groups.h"

namespace millpond::policy {
namespace {

constexpr std::array kPages{
    FindingPage{
        .code = code::kNoLifetime,
        .title = "Connections never grow too old",
        .severity = kWarningPage,
        .meaning = "With `max_lifetime = \"off\"` a session lives as long as the process. Servers "
                   "never let go of what it gathers, and after a failover or a rebalance the "
                   "connections stay where they are.",
        .remedy = "Give `max_lifetime`; the default of \"30m\" costs next to nothing.",
        .example = R"toml(# wrong: for ever
[pool.orders]
server = "orders-db"
max_lifetime = "off"

# right
[pool.orders]
server = "orders-db"
max_lifetime = "30m")toml",
    },
    FindingPage{
        .code = code::kNoJitter,
        .title = "Connections end together",
        .severity = kWarningPage,
        .meaning = "Connections that were opened together reach `max_lifetime` together, and all "
                   "are opened again at once.",
        .remedy = "Give `lifetime_jitter`, such as \"25%\".",
        .example = R"toml(# wrong: all at the same moment
[pool.orders]
server = "orders-db"
lifetime_jitter = "0%"

# right
[pool.orders]
server = "orders-db"
lifetime_jitter = "25%")toml",
    },
    FindingPage{
        .code = code::kUnusedServer,
        .title = "Unused server",
        .severity = kWarningPage,
        .meaning = "No pool uses the server. Most often a pool names another by mistake, or the "
                   "table is left over.",
        .remedy = "Check the names in the pools, or remove the table.",
        .example = R"toml(# wrong: no pool of this file uses it
[server.orders-old]
backend  = "postgres"
endpoint = "127.0.0.1:5433/orders"

# right
[server.orders-old]
backend  = "postgres"
endpoint = "127.0.0.1:5433/orders"

[pool.archive]
server = "orders-old")toml",
    },
    FindingPage{
        .code = code::kLongAcquire,
        .title = "Callers may wait long",
        .severity = kWarningPage,
        .meaning = "With an `acquire_timeout` above ten seconds callers pile up during an outage "
                   "instead of failing, and what calls them fails first.",
        .remedy = "Lower `acquire_timeout`. For batch work that can wait, leave it and accept the "
                  "warning.",
        .example = R"toml(# wrong: longer than anybody waits for a page
[pool.orders]
server = "orders-db"
acquire_timeout = "30s"

# right
[pool.orders]
server = "orders-db"
acquire_timeout = "2s")toml",
    },
    FindingPage{
        .code = code::kKeepaliveNeverDue,
        .title = "`keepalive` never comes due",
        .severity = kWarningPage,
        .meaning = "Idle connections are closed by `idle_timeout` before `keepalive` would probe "
                   "them.",
        .remedy = "Lower `keepalive`, or raise `idle_timeout` or `min_idle`.",
        .example = R"toml(# wrong: closed after the default of 5 minutes
[pool.orders]
server    = "orders-db"
min_idle  = 0
keepalive = "10m"

# right
[pool.orders]
server    = "orders-db"
min_idle  = 0
keepalive = "2m")toml",
    },
    FindingPage{
        .code = code::kUnusedClass,
        .title = "Unused class",
        .severity = kWarningPage,
        .meaning = "No pool inherits the class, so what it states holds nowhere.",
        .remedy = "Write `inherit` in the pools that it is for, or remove the class.",
        .example = R"toml(# wrong: no pool inherits it
[class.oltp]
size = 8

[pool.orders]
server = "orders-db"

# right
[class.oltp]
size = 8

[pool.orders]
server  = "orders-db"
inherit = ["oltp"])toml",
    },
    FindingPage{
        .code = code::kWithoutEffect,
        .title = "A key without effect",
        .severity = kWarningPage,
        .meaning =
            "The key is stated and changes nothing here: `tls_timeout` in a pool of "
            "PostgreSQL, `leases_per_thread` without `threads`, `balance` with one endpoint. "
            "Whoever wrote it expects something of it.",
        .remedy = "Remove it, or state what it needs; the message says why it has no effect.",
        .example = R"toml(# wrong: 3 leases of how many threads?
[pool.orders]
server = "orders-db"
leases_per_thread = 3

# right
[pool.orders]
server  = "orders-db"
threads = 4
leases_per_thread = 3)toml",
    },
};

}  // namespace

std::span<const FindingPage> warning_pages() {
  return kPages;
}

}  // namespace millpond::policy
